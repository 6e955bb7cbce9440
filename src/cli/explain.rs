//! `jixiao explain CODE`.

use jixiao::rules::check;

use super::{End, Failure, print};

pub(super) fn execute(code: &str) -> Result<End, Failure> {
    let code = code.to_uppercase();
    let checks = check::all();
    if !checks.iter().any(|check| check.code == code) {
        let known: Vec<&str> = checks.iter().map(|check| check.code).collect();
        return Err(Failure::usage(t!("cli.explain.unknown", code = code, known = known.join("、"))));
    }
    let [explain, hint] = ["explain", "hint"].map(|part| t!(format!("{code}.{part}")).into_owned());
    print(&format!("{code}\n{explain}\n{}：{hint}\n", t!("cli.hint")))?;
    Ok(End::Fine)
}
