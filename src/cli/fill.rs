//! `jixiao convert --to` a form: a filled workbook for each project.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use jixiao::model::difference::Missing;
use jixiao::model::{Decimal, Project};
use jixiao::{Arrangement, BlankForm, FilledForm};
use rayon::prelude::*;

use super::arguments::Arrange;
use super::batch::{self, Input};
use super::convert::rebase;
use super::done::{Done, DoneList, by_file, content_hash};
use super::names::Names;
use super::outputs::{OutputFolder, hash};
use super::{Context, End, Failure};

/// The list of what is done, in the output folder.
const DONE: &str = ".jixiao-done.ndjson";

/// The form to fill: its bytes, its name, and the ending of the files that are made of it.
pub(super) struct Form {
    pub(super) bytes: Vec<u8>,
    pub(super) stem: String,
    pub(super) ending: String,
}

/// What the user asks of the filled forms.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) folder: &'a Path,
    pub(super) arrange: Arrange,
    pub(super) rebase: Option<Decimal>,
    pub(super) resume: bool,
    pub(super) force: bool,
}

/// How many were filled, and how many of them had no place for something.
#[derive(Default)]
struct Count {
    filled: usize,
    missing: usize,
    kept: usize,
}

/// Finds the form to fill; what is wrong with it is told with its name.
pub(super) fn open<'a>(context: &Context, form: &'a Form) -> Result<BlankForm<'a>, Failure> {
    BlankForm::open(&form.bytes, &context.knowledge).map_err(|error| {
        let failure = Failure::from(error);
        Failure { message: format!("{}：{}", form.stem, failure.message), ..failure }
    })
}

/// Fills a form for each project of the files, a few files at a time.
pub(super) fn each(
    context: &Context,
    form: &Form,
    blank: &BlankForm<'_>,
    files: &[Input],
    wanted: Wanted<'_>,
) -> Result<End, Failure> {
    let output = OutputFolder::open(wanted.folder, wanted.force)?;
    let list = wanted.folder.join(DONE);
    let mut before = if wanted.resume { by_file(DoneList::read(&list)) } else { HashMap::new() };
    let with = format!("{} {:?}", hash(&form.bytes), wanted.rebase);
    // What is still as it was left is not done again; its names are taken.
    let is_done = |input: &Input, before: &HashMap<String, Done>| {
        let done = before.get(&input.path.display().to_string())?;
        let same = content_hash(&input.path, &with).as_ref() == Some(&done.hash);
        let there = done.forms.iter().all(|(name, hash)| output.holds_form(name, hash));
        (same && there).then(|| done.clone())
    };
    let (mut kept, mut left) = (Vec::new(), Vec::new());
    for input in files {
        match is_done(input, &before) {
            Some(done) => kept.push(done),
            None => left.push(input.clone()),
        }
    }
    before.clear();
    let (mut names, mut count) = (Names::default(), Count { kept: kept.len(), ..Count::default() });
    for (name, hash) in kept.iter().flat_map(|done| &done.forms) {
        names.take(name.trim_end_matches(&format!(".{}", form.ending)));
        output.keep_form(name, hash);
    }
    let mut list = DoneList::begin(list, &kept)?;
    let ended = batch::in_order(context, &left, |input, batch| {
        let projects: Vec<Project> = batch.projects.into_iter().map(|assessed| assessed.project).collect();
        let forms = fill(context, blank, form, projects, wanted.rebase, &mut names, &output, &mut count)?;
        let file = input.path.display().to_string();
        let hash = content_hash(&input.path, &with).unwrap_or_default();
        list.add(&Done { file, hash, bytes: 0, forms })
    });
    output.close()?;
    let ended = ended?;
    conclude(context, &count, wanted.folder);
    Ok(ended)
}

/// Fills a form for each of some projects, or a list with all of them.
pub(super) fn all(
    context: &Context,
    form: &Form,
    blank: &BlankForm<'_>,
    projects: Vec<Project>,
    wanted: Wanted<'_>,
) -> Result<(), Failure> {
    let output = OutputFolder::open(wanted.folder, wanted.force)?;
    let mut count = Count::default();
    let together = match wanted.arrange {
        Arrange::Files => None,
        Arrange::Sheets => Some(Arrangement::Sheets),
        Arrange::Stacked => Some(Arrangement::Stacked),
    };
    if blank.is_list() || together.is_some() {
        let mut projects = projects;
        projects.iter_mut().for_each(|project| rebase(context, project, wanted.rebase));
        let FilledForm { bytes, missing } = match together.filter(|_| !blank.is_list()) {
            Some(arrangement) => blank.fill_together(&projects, arrangement, &context.knowledge)?,
            None => blank.fill_list(&projects, &context.knowledge)?,
        };
        output.write_form(&format!("{}.{}", form.stem, form.ending), &bytes)?;
        for (project, missing) in projects.iter().zip(&missing) {
            count.add(context, called(project), missing);
        }
    } else {
        let mut names = Names::default();
        fill(context, blank, form, projects, wanted.rebase, &mut names, &output, &mut count)?;
    }
    output.close()?;
    conclude(context, &count, wanted.folder);
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "they are the run's state, which has no other owner")]
fn fill(
    context: &Context,
    blank: &BlankForm<'_>,
    form: &Form,
    mut projects: Vec<Project>,
    points: Option<Decimal>,
    names: &mut Names,
    output: &OutputFolder,
    count: &mut Count,
) -> Result<Vec<(String, String)>, Failure> {
    projects.iter_mut().for_each(|project| rebase(context, project, points));
    let named: Vec<(String, Project)> = projects
        .into_iter()
        .map(|project| (format!("{}.{}", names.give(project.name.text()), form.ending), project))
        .collect();
    let filled: Vec<(String, Vec<Missing>)> = named
        .par_iter()
        .map(|(name, project)| {
            let FilledForm { bytes, missing } = blank.fill(project, &context.knowledge)?;
            output.write_form(name, &bytes)?;
            Ok((hash(&bytes), missing.into_iter().flatten().collect()))
        })
        .collect::<Result<_, Failure>>()?;
    let mut forms = Vec::new();
    for ((name, project), (hash, missing)) in named.into_iter().zip(filled) {
        count.add(context, called(&project), &missing);
        forms.push((name, hash));
    }
    Ok(forms)
}

/// What a project is called on the terminal: one without a name by its file.
pub(super) fn called(project: &Project) -> &str {
    project.name.get().map_or(project.source.file.as_str(), String::as_str)
}

/// So many of the values of one kind are printed; the others are counted.
const SHOWN: usize = 3;
/// A value is printed up to so many characters.
const CHARS: usize = 24;

impl Count {
    /// Counts a filled form, and says what it had no place for.
    fn add(&mut self, context: &Context, project: &str, missing: &[Missing]) {
        self.filled += 1;
        if missing.is_empty() {
            return;
        }
        self.missing += 1;
        if context.quiet {
            return;
        }
        let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for Missing { what, text, .. } in missing {
            kinds.entry(what).or_default().push(text);
        }
        eprintln!("{}", t!("cli.convert.missing", project = project));
        for (what, texts) in kinds {
            let mut shown: Vec<String> = texts.iter().take(SHOWN).map(|text| shortened(text)).collect();
            if texts.len() > SHOWN {
                shown.push(t!("cli.convert.more", count = texts.len()).into_owned());
            }
            eprintln!("  {what}：{}", shown.join("；"));
        }
    }
}

fn conclude(context: &Context, count: &Count, folder: &Path) {
    if context.quiet {
        return;
    }
    if count.kept > 0 {
        eprintln!("{}", t!("cli.convert.resumed", count = count.kept));
    }
    let path = folder.display();
    eprintln!("{}", t!("cli.convert.filled", count = count.filled, path = path, missing = count.missing));
}

/// A text on one line, cut where it is long.
fn shortened(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = line.join(" ");
    match line.char_indices().nth(CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
