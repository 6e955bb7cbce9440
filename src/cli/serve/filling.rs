//! Filling a bureau's blank form with every project of a session.

use std::path::Path as FilePath;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use jixiao::FilledForm;
use jixiao::grid::path_within;
use jixiao::model::Project;
use jixiao::model::difference::Missing;
use serde::{Deserialize, Serialize};

use super::super::batch::{Batch, pipelined};
use super::super::contents::Needs;
use super::super::fill::{self, Form};
use super::super::inputs::Input;
use super::super::names::Names;
use super::super::outputs::Output;
use super::super::{Context, Failure};
use super::answer::{self, Answer, work};
use super::downloads::Packed;
use super::language::Lang;
use super::sessions::House;
use super::uploads;

/// A project for some of whose values a form had no place.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Lacking {
    project: String,
    missing: Vec<String>,
}

impl Lacking {
    fn of(project: &str, missing: &[Missing]) -> Option<Self> {
        let missing: Vec<String> =
            missing.iter().map(|missing| format!("{}：{}", missing.what, missing.text)).collect();
        (!missing.is_empty()).then(|| Self { project: project.to_owned(), missing })
    }
}

/// Which form is to be filled: one that is sent under a name, or the built-in one of a layout.
#[derive(Debug, Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    name: String,
    #[serde(default)]
    layout: String,
}

/// Fills a form, and gives the filled ones.
pub(super) async fn fill(
    State(house): State<Arc<House>>,
    Path(session): Path<String>,
    Query(lang): Query<Lang>,
    Query(which): Query<Which>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let session = house.session(&session, lang)?;
    let bytes = uploads::blank(body, &headers, lang).await?;
    let (context, inputs) = {
        let holdings = session.lock();
        (holdings.context.clone(), holdings.inputs[..holdings.read].to_vec())
    };
    let (name, bytes, lacking) = work(lang, move || {
        let form = if bytes.is_empty() {
            Form::built_in(&context, &which.layout)?
        } else {
            Form::named(FilePath::new(&path_within(which.name.as_bytes())), bytes)
        };
        filled(&context, &form, &inputs)
    })
    .await?;
    let count = HeaderValue::from(lacking.len());
    session.lock().lacking = lacking;
    let mut response = answer::file(&name, bytes);
    response.headers_mut().insert("x-missing", count);
    Ok(response)
}

/// The filled forms, one file or an archive of them, with its name.
fn filled(
    context: &Context,
    form: &Form,
    inputs: &[Input],
) -> Result<(String, Vec<u8>, Vec<Lacking>), Failure> {
    let blank = fill::open(context, form)?;
    let (packed, mut lacking) = (Packed::default(), Vec::new());
    if blank.is_list() {
        let mut projects: Vec<Project> = Vec::new();
        each_few(context, inputs, |few| {
            projects.extend(few);
            Ok(())
        })?;
        let FilledForm { bytes, missing } = blank.fill_list(&projects, &context.knowledge)?;
        packed.write_form(&format!("{}.{}", form.stem, form.ending), &bytes)?;
        let of = |(project, missing): (&Project, &Vec<Missing>)| Lacking::of(fill::called(project), missing);
        lacking.extend(projects.iter().zip(&missing).filter_map(of));
    } else {
        let mut names = Names::default();
        each_few(context, inputs, |few| {
            let filled = fill::fill(context, &blank, form, few, None, &mut names, &packed)?;
            lacking.extend(filled.iter().filter_map(|own| Lacking::of(&own.project, &own.missing)));
            Ok(())
        })?;
    }
    let (name, bytes) = packed.one_or_zip("填好的表.zip")?;
    Ok((name, bytes, lacking))
}

/// Gives the projects of inputs to `take`, those of a few files at a time.
fn each_few(
    context: &Context,
    inputs: &[Input],
    mut take: impl FnMut(Vec<Project>) -> Result<(), Failure> + Send,
) -> Result<(), Failure> {
    let take = |batch: Batch, ()| take(batch.projects.into_iter().map(|assessed| assessed.project).collect());
    pipelined(context, inputs, Needs::default(), |_| Ok(()), take)?;
    Ok(())
}

/// Tells what the form that was filled last had no place for.
pub(super) async fn missing(
    State(house): State<Arc<House>>,
    Path(session): Path<String>,
    Query(lang): Query<Lang>,
) -> Answer {
    let lacking = house.session(&session, lang)?.lock().lacking.clone();
    Ok(answer::data(StatusCode::OK, &lacking))
}
