//! Writes many filled forms to measure on: `cargo run --release --example many_forms -- FOLDER COUNT`. The projects are
//! those of the samples, each under a name of its own.

use std::path::{Path, PathBuf};

use jixiao::{BlankForm, Knowledge, Templates, read};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(count)) = (arguments.next(), arguments.next()) else {
        return Err("usage: many_forms FOLDER COUNT".into());
    };
    let (folder, count) = (PathBuf::from(folder), count.parse::<usize>()?);
    let (templates, knowledge) = (Templates::default(), Knowledge::built_in()?);
    let blank = templates.form("mof-2020").ok_or("no blank form")?;
    let blank = BlankForm::open(blank, &knowledge)?;

    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/lukou-2022");
    let mut files: Vec<PathBuf> = std::fs::read_dir(samples)?.flatten().map(|file| file.path()).collect();
    files.sort();
    let mut forms = Vec::new();
    for file in files {
        // What else lies there is no form.
        forms.extend(
            read(&std::fs::read(file)?, "", &knowledge).into_iter().flat_map(|reading| reading.forms),
        );
    }

    std::fs::create_dir_all(&folder)?;
    for (i, form) in forms.iter().cycle().take(count).enumerate() {
        let mut project = form.project.clone();
        project.name.value = Some(format!("{}（{}）", project.name.text(), i + 1));
        let filled = blank.fill(&project, &knowledge)?;
        std::fs::write(folder.join(format!("{:06}.xlsx", i + 1)), filled.bytes)?;
    }
    Ok(())
}
