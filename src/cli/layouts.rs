//! `jixiao layouts`: the forms that are known.

use std::fmt::Write;

use jixiao::model::Kind;

use super::{Context, End, Failure, print};

pub(super) fn execute(context: &Context) -> Result<End, Failure> {
    let mut text = String::new();
    let widest = context.knowledge.layouts.all().iter().map(|layout| layout.id.len()).max().unwrap_or(0);
    for layout in context.knowledge.layouts.all() {
        let kind = match layout.kind {
            Kind::SelfEvaluation => t!("layouts.kind.self_evaluation"),
            Kind::Target => t!("layouts.kind.target"),
            Kind::Monitoring => t!("layouts.kind.monitoring"),
        };
        let _ = writeln!(text, "{:widest$}  {kind}  {}", layout.id, layout.name);
    }
    print(&text)?;
    Ok(End::Fine)
}
