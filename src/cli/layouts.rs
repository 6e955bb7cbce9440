//! `jixiao layouts`: the forms that are known, and what of a file was taken for what.

use std::fmt::Write;
use std::path::Path;

use jixiao::grid::{Format, Packed};
use jixiao::layout::explain::{ExplainedCell, ExplainedSheet, Role, explain as explain_grids};
use jixiao::model::Kind;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::contents::contents;
use super::inputs::Input;
use super::{Context, End, Failure, batch, print};

pub(super) fn execute(context: &Context) -> Result<End, Failure> {
    let layouts = context.knowledge.layouts.all();
    let mut text = format!("{}\n", t!("layouts.layouts"));
    let formats = Format::ALL.map(|format| {
        let endings: Vec<String> = format.endings().iter().map(|ending| format!(".{ending}")).collect();
        (endings.join(" "), format.name())
    });
    let names = layouts.iter().map(|layout| layout.id.len());
    let widest = names.chain(formats.iter().map(|(endings, _)| endings.len())).max().unwrap_or(0);
    for layout in layouts {
        let kind = match layout.kind {
            _ if layout.refused.is_some() => t!("layouts.kind.refused"),
            Kind::SelfEvaluation => t!("layouts.kind.self_evaluation"),
            Kind::Target => t!("layouts.kind.target"),
            Kind::Monitoring => t!("layouts.kind.monitoring"),
            Kind::Report => t!("layouts.kind.report"),
        };
        let blank =
            if context.templates.form(&layout.id).is_some() { t!("layouts.blank") } else { "".into() };
        let _ = writeln!(text, "  {:widest$}  {kind}  {}{blank}", layout.id, layout.name);
    }
    let _ = writeln!(text, "{}", t!("layouts.formats"));
    for (endings, name) in formats {
        let _ = writeln!(text, "  {endings:widest$}  {name}");
    }
    print(&text)?;
    Ok(End::Fine)
}

/// Prints every cell of a file's forms with what it was taken for.
pub(super) fn explain(context: &Context, file: &Path) -> Result<End, Failure> {
    let mut text = String::new();
    for Packed { name, bytes } in contents(&Input::named(file))? {
        let _ = writeln!(text, "{name}");
        let grids = bytes.and_then(|bytes| jixiao::grid::read(&bytes));
        match grids {
            Ok(grids) => {
                for sheet in explain_grids(&grids, &context.knowledge.layouts) {
                    draw(context, &sheet, &mut text);
                }
            }
            Err(error) => {
                let _ = writeln!(text, "  {error}");
            }
        }
    }
    print(&text)?;
    Ok(End::Fine)
}

fn draw(context: &Context, sheet: &ExplainedSheet, text: &mut String) {
    if let Some(why) = &sheet.skipped {
        let why = batch::why_skipped(&sheet.sheet, why);
        let _ = writeln!(text, "\n{}", t!("explain.skipped", sheet = sheet.sheet, why = why));
    }
    for form in &sheet.forms {
        let layout = context.knowledge.layouts.get(&form.layout).map_or("", |layout| &layout.name);
        let _ = writeln!(
            text,
            "\n{}",
            t!("explain.form", sheet = sheet.sheet, layout = layout, id = form.layout, count = form.projects)
        );
        for row in &form.rows {
            for (i, cell) in row.iter().enumerate() {
                let mark = if i == 0 { "┌" } else { "│" };
                let _ = writeln!(text, "{mark} {}", line(cell));
            }
        }
    }
}

/// A cell on a line: where it is, what it prints, what it was taken for.
fn line(cell: &ExplainedCell) -> String {
    const PLACE: usize = 9;
    const TEXT: usize = 44;
    let printed: String = cell.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown = String::new();
    for c in printed.chars() {
        if shown.width() + c.width().unwrap_or(0) > TEXT - 1 {
            shown.push('…');
            break;
        }
        shown.push(c);
    }
    let pad = " ".repeat(TEXT.saturating_sub(shown.width()));
    format!("{:PLACE$} {shown}{pad} {}", cell.area.to_string(), role(&cell.role))
}

fn role(role: &Role) -> String {
    match role {
        Role::Label(concept) => {
            let key = format!("concept.{concept}");
            t!("explain.label", concept = t!(&key)).into_owned()
        }
        Role::Value(path) => t!("explain.value", place = place(path)).into_owned(),
        Role::Part(concept) => {
            let key = format!("concept.{concept}");
            t!("explain.value", place = t!(&key)).into_owned()
        }
        Role::Remark => t!("explain.remark").into_owned(),
        Role::Unknown => t!("explain.unknown").into_owned(),
    }
}

/// A place of the model in words: `/indicators/3/target` is the target of the fourth indicator.
fn place(path: &str) -> String {
    let mut words = Vec::new();
    let mut parts = path.trim_start_matches('/').split('/').peekable();
    let mut kind = "projects";
    while let Some(part) = parts.next() {
        match part.parse::<usize>() {
            Ok(index) => words.push(said(kind, index + 1)),
            Err(_) if part == "other" => {
                words.extend(parts.next().map(|label| label.replace("~1", "/").replace("~0", "~")));
            }
            Err(_) if parts.peek().is_some_and(|next| next.parse::<usize>().is_ok()) => kind = part,
            // An indicator's unit is that of its value.
            Err(_) if matches!(kind, "indicators" | "midterm") && matches!(part, "unit" | "actual") => {
                words.push(said(&format!("indicator_{part}"), 0));
            }
            Err(_) => words.push(said(part, 0)),
        }
    }
    words.join("·")
}

fn said(part: &str, number: usize) -> String {
    let key = format!("place.{part}");
    t!(&key, number = number).into_owned()
}
