//! Exchanges as text, for snapshots.

use std::fmt::Write;

use super::ShownExchange;

/// One paragraph per exchange: step and operation, request, status with headers, answer.
pub fn of(exchanges: &[ShownExchange]) -> String {
    let mut text = String::new();
    for exchange in exchanges {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "# {}: {}\n{:#}\n=> {}", exchange.step, exchange.operation, exchange.request, status(exchange));
        for (name, value) in &exchange.headers {
            let _ = writeln!(text, "{name}: {value}");
        }
        let _ = writeln!(text, "{:#}\n", exchange.response);
    }
    text
}

fn status(exchange: &ShownExchange) -> String {
    let exit = exchange.exit_status.map(|status| format!("exit status {status}"));
    exchange.status.map(|status| status.to_string()).or(exit).unwrap_or_default()
}
