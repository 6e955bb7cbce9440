//! A project in full: its form cell by cell, what is wrong with it, its points, and its report. Made anew from its file
//! each time, for nothing of this is kept.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use jixiao::Assessed;
use jixiao::grid::Grid;
use jixiao::model::{Address, Area, Finding, Kind, Level};
use jixiao::rules::Digest;
use jixiao::write::document::{Block, Document, Numbering, Span, attachment_lines, display_width};
use jixiao::write::narrative::{Narrator, Scope, gaps};
use jixiao::write::scores::Explained;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

use super::super::contents::{Again, again};
use super::super::inputs::Input;
use super::super::{Context, End, Failure, explain, reports};
use super::answer::{Answer, Refusal, data, work};
use super::language::Lang;
use super::sessions::{Holdings, House, Session};

/// A grid of more rows is cut off: nobody looks through so many on a page.
const MAX_ROWS: u32 = 2_000;
/// The same of columns.
const MAX_COLUMNS: u32 = 256;
/// Widths of columns, in half-width characters.
const WIDTHS: std::ops::RangeInclusive<usize> = 6..=40;

/// Tells what there is to say of a code.
pub(super) async fn code(
    State(house): State<Arc<House>>,
    Path((session, code)): Path<(String, String)>,
    Query(lang): Query<Lang>,
) -> Answer {
    let context = house.session(&session, lang)?.lock().context.clone();
    let explained = work(lang, move || explain::explained(&context, &code)).await?;
    Ok(data(StatusCode::OK, &explained))
}

/// Tells everything of a project.
pub(super) async fn project(
    State(house): State<Arc<House>>,
    Path((session, number)): Path<(String, usize)>,
    Query(lang): Query<Lang>,
) -> Answer {
    let session = house.session(&session, lang)?;
    let row = {
        let holdings = session.lock();
        let row = holdings.row(number).ok_or_else(|| Refusal::unknown(lang))?;
        json!(row)
    };
    let details = work(lang, move || {
        let source = Sources::of(&session.lock(), [number]);
        let outline = session.lock().settings.outline.clone();
        let Read { assessed, grids } = source.read()?.pop().ok_or_else(gone)?;
        details(&source.context, &session, outline.as_deref(), row, &assessed, &grids, number)
    })
    .await?;
    Ok(data(StatusCode::OK, &details))
}

fn gone() -> Failure {
    Failure { message: t!("cli.serve.unknown").into_owned(), end: End::Usage }
}

/// Where some projects are to be read again.
pub(super) struct Sources {
    pub(super) context: Arc<Context>,
    projects: Vec<Source>,
}

struct Source {
    /// The input that holds its file.
    input: Option<Input>,
    /// The file, and how many projects of it stand before.
    origin: Arc<str>,
    place: usize,
    /// What was found beside other projects.
    across: Vec<Finding>,
}

/// A project that was read again.
pub(super) struct Read {
    pub(super) assessed: Assessed,
    grids: Vec<Grid>,
}

impl Sources {
    /// The sources of some projects of a session.
    pub(super) fn of(holdings: &Holdings, numbers: impl IntoIterator<Item = usize>) -> Self {
        let projects = numbers.into_iter().filter_map(|number| {
            let kept = holdings.found.kept.get(number)?;
            let holds = |input: &&Input| {
                let rest = kept.origin.strip_prefix(input.name.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            Some(Source {
                input: holdings.inputs.iter().filter(holds).max_by_key(|input| input.name.len()).cloned(),
                origin: kept.origin.clone(),
                place: kept.place,
                across: holdings.found.across.get(&number).cloned().unwrap_or_default(),
            })
        });
        Self { context: holdings.context.clone(), projects: projects.collect() }
    }

    /// The projects, each with the sheets of its file.
    pub(super) fn read(&self) -> Result<Vec<Read>, Failure> {
        let read = |source: &Source| {
            let input = source.input.as_ref().ok_or_else(gone)?;
            let mut place = source.place;
            for Again { mut projects, grids } in again(&self.context, input, &source.origin) {
                if place < projects.len() {
                    let mut assessed = projects.swap_remove(place);
                    assessed.findings.extend(source.across.iter().cloned());
                    return Ok(Read { assessed, grids });
                }
                place -= projects.len();
            }
            Err(gone())
        };
        self.projects.par_iter().map(read).collect()
    }
}

fn details(
    context: &Context,
    session: &Session,
    outline: Option<&str>,
    row: Value,
    assessed: &Assessed,
    grids: &[Grid],
    number: usize,
) -> Result<Value, Failure> {
    let Assessed { project, findings, scores, .. } = assessed;
    let layout = context.knowledge.layouts.get(&project.source.layout);
    let layout = layout.map(|layout| json!({ "id": layout.id, "name": layout.name }));
    let grid = grids.iter().find(|grid| grid.sheet == project.source.sheet);
    let names = findings.iter().map(|finding| {
        let mut value = json!(finding);
        value["name"] = json!(t!(format!("{}.name", finding.code)));
        value
    });
    let explained = Explained::of(assessed, context.knowledge.schemes.get(&assessed.scheme)?);
    let lines = explained.execution.iter().chain(&explained.indicators).map(|line| {
        let mut value = json!(line);
        value["label"] = value["name"].take();
        value
    });
    let narrative = narrative(context, session, outline, assessed, number)?;
    Ok(json!({
        "row": row,
        "layout": layout,
        "grid": grid.map(|grid| shown(grid, findings)),
        "findings": names.collect::<Vec<_>>(),
        "scheme": explained.scheme,
        "scores": lines.collect::<Vec<_>>(),
        "total": {
            "printed": scores.total.printed,
            "recomputed": scores.total.recomputed,
            "due": scores.due.points.map(|points| points.normalize()),
            "by_person": scores.due.by_person,
            "grade": scores.grade,
        },
        "narrative": narrative,
    }))
}

/// A cell, or a merged area, as the page draws it.
#[derive(Debug, Serialize)]
struct Cell<'a> {
    r: u32,
    c: u32,
    rowspan: u32,
    colspan: u32,
    text: &'a str,
    a1: String,
    level: Option<Level>,
    findings: Vec<usize>,
}

/// A sheet with its findings. Rows and columns that hold nothing at its edges are left out.
fn shown(grid: &Grid, findings: &[Finding]) -> Value {
    let here: Vec<(usize, &Finding, Address)> = (0..)
        .zip(findings)
        .filter(|(_, finding)| finding.sheet.as_deref() == Some(grid.sheet.as_str()))
        .filter_map(|(i, finding)| Some((i, finding, finding.cell?)))
        .filter(|(_, _, at)| at.row < MAX_ROWS)
        .collect();
    let rows = grid.rows().iter().filter(|row| row.index < MAX_ROWS);
    let mut slots: Vec<(Area, &str)> = rows
        .flat_map(|row| row.slots.iter().filter(|slot| row.begins(slot)))
        .map(|slot| (slot.area, slot.text.as_str()))
        .collect();
    // What is wrong with a cell may be that nothing stands there.
    let filled = slots.len();
    for (_, _, at) in &here {
        if !slots.iter().any(|(area, _)| area.contains(*at)) {
            slots.push((Area::single(*at), ""));
        }
    }
    slots[filled..].sort_by_key(|(area, _)| area.first);
    let last = |of: fn(Address) -> u32, most: u32| {
        slots.iter().map(|(area, _)| of(area.last)).filter(|last| *last < most).max().unwrap_or(0)
    };
    let (last_row, last_column) = (last(|at| at.row, MAX_ROWS), last(|at| at.col, MAX_COLUMNS));
    let mut widths = vec![*WIDTHS.start(); last_column as usize + 1];
    for (area, text) in slots.iter().filter(|(area, _)| area.first.col == area.last.col) {
        let widest = text.lines().map(display_width).max().unwrap_or(0);
        if let Some(width) = widths.get_mut(area.first.col as usize) {
            *width = widest.clamp(*width, *WIDTHS.end());
        }
    }
    let cells = slots.iter().filter(|(area, _)| area.first.col <= last_column).map(|(area, text)| {
        let Area { first, last } = *area;
        let own = || here.iter().filter(|(_, _, at)| area.contains(*at));
        Cell {
            r: first.row,
            c: first.col,
            rowspan: last.row.min(last_row).saturating_sub(first.row) + 1,
            colspan: last.col.min(last_column).saturating_sub(first.col) + 1,
            text,
            a1: first.to_string(),
            level: own().map(|(_, finding, _)| finding.level).max(),
            findings: own().map(|(i, _, _)| *i).collect(),
        }
    });
    json!({
        "sheet": grid.sheet,
        "rows": last_row + 1,
        "columns": last_column + 1,
        "widths": widths,
        "cells": cells.collect::<Vec<_>>(),
    })
}

/// The report that a project stands in; nothing if it has none.
fn narrative(
    context: &Context,
    session: &Session,
    outline: Option<&str>,
    assessed: &Assessed,
    number: usize,
) -> Result<Option<Value>, Failure> {
    if assessed.project.kind != Kind::SelfEvaluation {
        return Ok(None);
    }
    let narrator = Narrator::new(&context.templates, reports::outline(context, outline)?)?;
    let document = if narrator.outline().head.scope == Scope::Unit {
        let sources = {
            let holdings = session.lock();
            let members = of_unit(&holdings.found.digests, number);
            Sources::of(&holdings, members)
        };
        let read = sources.read()?;
        narrator.unit_document(&read.iter().map(|read| &read.assessed).collect::<Vec<_>>())?
    } else {
        narrator.document(assessed)?
    };
    Ok(Some(written(&document)))
}

/// The projects that stand in one report with a project, where a report is on a whole unit.
fn of_unit(digests: &[Digest], number: usize) -> Vec<usize> {
    let units = reports::by_unit(digests.iter().map(Digest::subject));
    units
        .into_iter()
        .map(|(_, members)| members)
        .find(|members| members.contains(&number))
        .unwrap_or_default()
}

/// A report as the page draws it.
fn written(document: &Document) -> Value {
    let mut numbering = Numbering::default();
    let mut title = "";
    let blocks: Vec<Value> = document
        .blocks
        .iter()
        .map(|block| match block {
            Block::Title(text) => {
                title = text;
                json!({ "kind": "title", "text": runs(text) })
            }
            Block::Heading { depth, text } => {
                let number = numbering.next(*depth);
                json!({ "kind": "heading", "level": depth, "number": number, "text": runs(text) })
            }
            Block::Paragraph(spans) => json!({ "kind": "paragraph", "text": of_spans(spans) }),
            Block::List { numbered, items } => {
                let items: Vec<_> = items.iter().map(|item| of_spans(item)).collect();
                json!({ "kind": "list", "numbered": numbered, "items": items })
            }
            Block::Table(table) => json!({
                "kind": "table",
                "caption": table.caption,
                "head": table.head,
                "rows": table.rows.iter().map(|row| row.iter().map(|cell| runs(cell)).collect()).collect::<Vec<Vec<_>>>(),
                "merged_columns": table.merged_columns,
            }),
            Block::Attachments(names) => {
                let lines: Vec<_> = attachment_lines(names).iter().map(|line| runs(line)).collect();
                json!({ "kind": "attachments", "items": lines })
            }
            Block::Signature(text) => json!({ "kind": "signature", "text": runs(text) }),
        })
        .collect();
    json!({ "title": title, "blocks": blocks, "gaps": gaps(document) })
}

/// Words that follow one another, gaps apart.
#[derive(Debug, Serialize)]
struct Run {
    text: String,
    gap: bool,
    strong: bool,
}

fn runs(text: &str) -> Vec<Run> {
    of_spans(&[Span { text: text.to_owned(), strong: false }])
}

fn of_spans(spans: &[Span]) -> Vec<Run> {
    let mut runs = Vec::new();
    for Span { text, strong } in spans {
        let mut rest = text.as_str();
        let mut add = |text: &str, gap| {
            if !text.is_empty() {
                runs.push(Run { text: text.to_owned(), gap, strong: *strong });
            }
        };
        while let Some(at) = rest.find("〔待补充") {
            let end = rest[at..].find('〕').map_or(rest.len(), |end| at + end + '〕'.len_utf8());
            add(&rest[..at], false);
            add(&rest[at..end], true);
            rest = &rest[end..];
        }
        add(rest, false);
    }
    runs
}
