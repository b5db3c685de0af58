//! The file: HTML by a template, the style, the script and the data in it, and a policy that lets nothing else run or be fetched.

use std::io;

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

use super::causes::CausesOf;
use super::compared::Compared;
use super::defects::Defect;
use super::listing::{Filters, Section};
use super::{scoreboard, targets};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What the template writes as HTML.
#[derive(Debug, Serialize)]
pub(super) struct View<'a> {
    /// More than one target.
    pub(super) several: bool,
    /// The targets, in the order of the columns.
    pub(super) targets: Vec<targets::Target>,
    /// Operations against targets.
    pub(super) scoreboard: Vec<scoreboard::Row>,
    /// Failures that say the same, of a single target.
    pub(super) defects: Vec<Defect>,
    /// What was not judged, by target and cause.
    pub(super) causes: Vec<CausesOf>,
    /// The list of cases.
    pub(super) sections: Vec<Section>,
    /// What it can be filtered by.
    pub(super) filters: Filters,
    /// What a comparison found.
    pub(super) compared: &'a Compared,
    /// Version of the program that writes the page.
    pub(super) suite: &'static str,
}

/// All that the template is given.
#[derive(Serialize)]
struct Page<'a> {
    #[serde(flatten)]
    view: &'a View<'a>,
    policy: String,
    style: &'a str,
    script: &'a str,
    island: &'a str,
}

/// The whole file. `island` is JSON that can stand in HTML as it is.
///
/// # Errors
/// Never, for a view of results.
pub(super) fn assemble(view: &View<'_>, island: &str) -> io::Result<String> {
    let style = style(view.targets.len());
    let script = SCRIPT.replace('\r', "");
    let page = Page { view, policy: policy(&style, &script), style: &style, script: &script, island };
    let mut environment = Environment::new();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().map_err(io::Error::other)?);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // The name's ending turns on escaping.
    environment.add_template("page.html", PAGE).map_err(io::Error::other)?;
    environment.get_template("page.html").and_then(|template| template.render(Serde(page))).map_err(io::Error::other)
}

/// The style; how wide a window must be for a column for each target depends on how many there are. Browsers read `\r\n` as `\n`, and the
/// hash is of what they read.
fn style(targets: usize) -> String {
    let fit = 26 + 7 * targets;
    STYLE.replace('\r', "").replace("FIT", &format!("{fit}rem")).replace("COLUMNS", &targets.to_string())
}

/// Nothing is fetched, nothing runs but this script, and no text is ever taken for markup by it.
fn policy(style: &str, script: &str) -> String {
    let (style, script) = (hash(style), hash(script));
    let sinks = "require-trusted-types-for 'script'; trusted-types 'none'";
    format!("default-src 'none'; script-src '{script}'; style-src '{style}'; base-uri 'none'; form-action 'none'; {sinks}")
}

fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(digest::digest(&digest::SHA256, text.as_bytes())))
}
