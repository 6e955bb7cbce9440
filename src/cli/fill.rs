//! `jixiao convert --to` a form: a filled workbook for each project.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use jixiao::model::difference::Missing;
use jixiao::model::{Decimal, Project};
use jixiao::{Arrangement, BlankForm, FilledForm};
use rayon::prelude::*;

use super::arguments::Arrange;
use super::batch;
use super::convert::rebase;
use super::done::{Done, DoneList, by_file, content_hash};
use super::hash::Hash;
use super::inputs::Input;
use super::names::Names;
use super::outputs::{Output, OutputFolder};
use super::{Context, End, Failure};

/// The list of what is done, in the output folder.
const DONE: &str = ".jixiao-done.ndjson";

/// The form to fill: its bytes, its name, and the ending of the files that are made of it.
pub(super) struct Form {
    pub(super) bytes: Vec<u8>,
    pub(super) stem: String,
    pub(super) ending: String,
}

impl Form {
    /// The form in a file of some name.
    pub(super) fn named(name: &Path, bytes: Vec<u8>) -> Self {
        let part = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        // A template's copy is a workbook.
        let ending = if part(name.extension()).eq_ignore_ascii_case("xlsm") { "xlsm" } else { "xlsx" };
        Self { bytes, stem: part(name.file_stem()), ending: ending.to_owned() }
    }

    /// The built-in blank of a layout.
    pub(super) fn built_in(context: &Context, layout: &str) -> Result<Self, Failure> {
        let Some(bytes) = context.templates.form(layout) else {
            let layouts = context.knowledge.layouts.all().iter().map(|layout| layout.id.as_str());
            let known: Vec<&str> = layouts.filter(|id| context.templates.form(id).is_some()).collect();
            return Err(Failure::usage(t!("cli.convert.unknown", to = layout, known = known.join("、"))));
        };
        Ok(Self { bytes: bytes.to_owned(), stem: layout.to_owned(), ending: "xlsx".to_owned() })
    }
}

/// A form that was filled.
pub(super) struct Filled {
    /// Its file.
    pub(super) name: String,
    /// The hash of its bytes.
    hash: Hash,
    /// What its project is called.
    pub(super) project: String,
    /// What it had no place for.
    pub(super) missing: Vec<Missing>,
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
    let with = format!("{} {:?}", Hash::of(&form.bytes), wanted.rebase);
    // What is still as it was left is not done again; its names are taken.
    let is_done = |input: &Input, before: &HashMap<String, Done>| {
        let done = before.get(&input.name)?;
        let same = done.hash.is_some() && content_hash(input, &with) == done.hash;
        let there = done.forms.iter().all(|(name, hash)| output.holds_form(name, *hash));
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
        output.keep_form(name, *hash);
    }
    let mut list = DoneList::begin(list, &kept)?;
    let ended = batch::in_order(context, &left, |input, batch| {
        let projects: Vec<Project> = batch.projects.into_iter().map(|assessed| assessed.project).collect();
        let filled = fill(context, blank, form, projects, wanted.rebase, &mut names, &output)?;
        filled.iter().for_each(|filled| count.add(context, &filled.project, &filled.missing));
        let forms = filled.into_iter().map(|filled| (filled.name, filled.hash)).collect();
        let hash = content_hash(input, &with);
        list.add(&Done { file: input.name.clone(), hash, bytes: 0, forms })
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
        let filled = fill(context, blank, form, projects, wanted.rebase, &mut names, &output)?;
        filled.iter().for_each(|filled| count.add(context, &filled.project, &filled.missing));
    }
    output.close()?;
    conclude(context, &count, wanted.folder);
    Ok(())
}

/// Fills a form for each of some projects.
pub(super) fn fill(
    context: &Context,
    blank: &BlankForm<'_>,
    form: &Form,
    mut projects: Vec<Project>,
    points: Option<Decimal>,
    names: &mut Names,
    output: &dyn Output,
) -> Result<Vec<Filled>, Failure> {
    projects.iter_mut().for_each(|project| rebase(context, project, points));
    let named: Vec<(String, Project)> = projects
        .into_iter()
        .map(|project| (format!("{}.{}", names.give(project.name.text()), form.ending), project))
        .collect();
    named
        .into_par_iter()
        .map(|(name, project)| {
            let FilledForm { bytes, missing } = blank.fill(&project, &context.knowledge)?;
            output.write_form(&name, &bytes)?;
            let (hash, project) = (Hash::of(&bytes), called(&project).to_owned());
            Ok(Filled { name, hash, project, missing: missing.into_iter().flatten().collect() })
        })
        .collect()
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
