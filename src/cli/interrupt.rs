//! Ctrl-C: what is being written is finished, and what was written is noted.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{End, Failure};

static STOPPED: AtomicBool = AtomicBool::new(false);

/// Takes the next Ctrl-C as the wish to stop; the one after it ends the program at once.
pub(super) fn watch() {
    // Without a handler Ctrl-C ends the program as it ends any other.
    let _ = ctrlc::set_handler(|| {
        if STOPPED.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(End::Interrupted as u8));
        }
    });
}

/// Whether somebody wants the run to stop.
pub(super) fn is_wanted() -> bool {
    STOPPED.load(Ordering::Relaxed)
}

/// Goes on unless somebody wants the run to stop.
pub(super) fn check() -> Result<(), Failure> {
    if is_wanted() {
        return Err(Failure { message: t!("cli.interrupted").into_owned(), end: End::Interrupted });
    }
    Ok(())
}
