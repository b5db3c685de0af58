//! x
fn main() {
    let suite = match std::env::args().nth(1) { Some(d) => cognito_conformance::case::Suite::from_dir(std::path::Path::new(&d)), None => cognito_conformance::case::Suite::embedded() };
    match suite {
        Ok(s) => { let mut g=0; for c in s.cases() { if c.generated() {g+=1} println!("{}", c.name); } println!("{} cases, {g} generated", s.cases().len()) }
        Err(e) => { eprintln!("{:?}", miette::Report::new(e)) }
    }
    std::fs::write("/tmp/s1.json", serde_json::to_string_pretty(&cognito_conformance::case::schema::case_file()).unwrap()+"\n").unwrap();
    std::fs::write("/tmp/s2.json", serde_json::to_string_pretty(&cognito_conformance::case::schema::fixture_file()).unwrap()+"\n").unwrap();
}
