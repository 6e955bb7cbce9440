//! Reading what a page has sent, and telling it row by row.

use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use jixiao::model::{Finding, Kind};
use jixiao::rules::{Digest, check};
use jixiao::write::narrative::{Narrator, Scope, gaps};
use rayon::prelude::*;

use super::super::batch::{Batch, pipelined};
use super::super::contents::Needs;
use super::super::inputs::Input;
use super::super::{Context, End, Failure, reports};
use super::answer::Answer;
use super::language::{Lang, speaking};
use super::rows::Settled;
use super::sessions::{Across, House, Kept, Session};
use super::{events, uploads};

/// Reads what was sent since the last time.
pub(super) async fn read(
    State(house): State<Arc<House>>,
    Path(session): Path<String>,
    Query(lang): Query<Lang>,
) -> Answer {
    let session = house.session(&session, lang)?;
    let begins = {
        let mut holdings = session.lock();
        holdings.asked = true;
        holdings.begins()
    };
    if begins {
        begin(session, lang);
    }
    Ok(events::accepted())
}

/// Begins to read on a thread of its own. The session must know that somebody reads.
pub(super) fn begin(session: Arc<Session>, lang: Lang) {
    tokio::task::spawn_blocking(move || {
        let read = || {
            while let Some(turn) = Turn::next(&session) {
                turn.read(&session);
            }
        };
        speaking(lang.language(), || {
            if catch_unwind(AssertUnwindSafe(read)).is_err() {
                let mut holdings = session.lock();
                holdings.reading = false;
                holdings.tell(events::unreadable("", &t!("cli.crashed")));
            }
        });
    });
}

/// Inputs that are read at one time.
struct Turn {
    generation: u64,
    inputs: Vec<Input>,
    context: Arc<Context>,
    outline: Option<String>,
}

impl Turn {
    /// What is to be read next; `None` if nobody asked, and then nobody reads.
    fn next(session: &Session) -> Option<Self> {
        let (clearings, sent, taken) = {
            let mut holdings = session.lock();
            if !holdings.asked {
                holdings.reading = false;
                return None;
            }
            holdings.asked = false;
            let taken = holdings.inputs.iter().map(|input| input.name.clone()).collect();
            (holdings.clearings, std::mem::take(&mut holdings.sent), taken)
        };
        // Nobody waits for the holdings while files are looked at.
        let new = uploads::inputs(sent, taken);
        let mut holdings = session.lock();
        if holdings.clearings == clearings {
            for (input, upload) in new {
                holdings.inputs.push(input);
                holdings.uploads.push(upload);
            }
        }
        let turn = Self {
            generation: holdings.generation,
            inputs: holdings.inputs[holdings.read..].to_vec(),
            context: holdings.context.clone(),
            outline: holdings.settings.outline.clone(),
        };
        drop(holdings);
        let count = uploads::count(&turn.inputs);
        let mut holdings = session.lock();
        if holdings.generation == turn.generation {
            holdings.found.settled = None;
            holdings.found.total += count;
            holdings.tell(events::progress(&holdings));
        }
        Some(turn)
    }

    fn read(self, session: &Session) {
        let read = self.take_all(session);
        let mut holdings = session.lock();
        if holdings.generation != self.generation {
            return;
        }
        holdings.read += self.inputs.len();
        if let Err(failure) = read {
            // Not one file is at fault, or it would have been told with its name.
            let finding = Finding::of_file("", "F00", jixiao::model::Level::Error).says(failure.message, "");
            holdings.tell(events::unreadable("", &finding.message));
            holdings.found.unreadable.push(finding);
        }
        let digests = holdings.found.digests.clone();
        drop(holdings);
        let mut across = Across::new();
        check::run_batch(&digests, &self.context.knowledge.choices.checks, |at, finding| {
            across.entry(at).or_default().push(finding);
        });
        let mut holdings = session.lock();
        if holdings.generation != self.generation {
            return;
        }
        let before = std::mem::replace(&mut holdings.found.across, across);
        let after = &holdings.found.across;
        let changed: BTreeSet<usize> =
            before.keys().chain(after.keys()).filter(|at| before.get(at) != after.get(at)).copied().collect();
        events::rows(&holdings, changed.into_iter()).into_iter().for_each(|event| holdings.tell(event));
        holdings.found.done = holdings.found.total;
        holdings.tell(events::progress(&holdings));
        let settled = Settled::of(&holdings.found);
        holdings.tell(events::event("settled", &settled));
        holdings.found.settled = Some(settled);
    }

    fn take_all(&self, session: &Session) -> Result<(), Failure> {
        let narrator = Narrator::new(
            &self.context.templates,
            reports::outline(&self.context, self.outline.as_deref())?,
        )?;
        let of_project = narrator.outline().head.scope == Scope::Project;
        let gaps_of = |assessed: &jixiao::Assessed| -> Result<Option<usize>, Failure> {
            if !of_project || assessed.project.kind != Kind::SelfEvaluation {
                return Ok(None);
            }
            Ok(Some(gaps(&narrator.document(assessed)?).len()))
        };
        let mut places: HashMap<Arc<str>, usize> = HashMap::new();
        pipelined(
            &self.context,
            &self.inputs,
            Needs::default(),
            |batch| batch.projects.par_iter().map(gaps_of).collect::<Result<Vec<_>, _>>(),
            |batch, gaps| self.take(session, batch, gaps, &mut places),
        )?;
        Ok(())
    }

    /// Takes on what some files hold, and tells the page of it.
    fn take(
        &self,
        session: &Session,
        batch: Batch,
        gaps: Vec<Option<usize>>,
        places: &mut HashMap<Arc<str>, usize>,
    ) -> Result<(), Failure> {
        let digests: Vec<Digest> = batch.projects.iter().map(Digest::of).collect();
        let mut holdings = session.lock();
        if holdings.generation != self.generation {
            return Err(Failure { message: String::new(), end: End::Interrupted });
        }
        let first = holdings.found.digests.len();
        for ((digest, origin), gaps) in digests.into_iter().zip(batch.origins).zip(gaps) {
            let origin: Arc<str> = origin.file.into();
            let next = places.entry(origin.clone()).or_insert(0);
            let place = std::mem::replace(next, *next + 1);
            holdings.found.kept.push(Kept { origin, place, gaps });
            holdings.found.digests.push(digest);
        }
        events::rows(&holdings, first..holdings.found.digests.len())
            .into_iter()
            .for_each(|event| holdings.tell(event));
        for finding in batch.file_findings {
            holdings.tell(events::unreadable(&finding.file, &finding.message));
            holdings.found.unreadable.push(finding);
        }
        for (file, message) in batch.skipped {
            holdings.tell(events::skipped(&file, &message));
            holdings.found.skipped.push((file, message));
        }
        holdings.found.done = (holdings.found.done + batch.files).min(holdings.found.total);
        holdings.tell(events::progress(&holdings));
        Ok(())
    }
}
