//! A browser for the tests of the playground: that of this machine, or Debian's.

use std::process::Command;

use anyhow::Result;

use crate::{debian::Unpacked, machine};

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Tells a test by its environment where the browser is.
pub(crate) fn tell(test: &mut Command) -> Result<()> {
    if let Some(browser) = NAMES.into_iter().find_map(machine::find) {
        test.env("TIDEGATE_CHROMIUM", browser);
        return Ok(());
    }
    let unpacked = Unpacked::new("chromium", "a browser (Debian's chromium)", &[&["chromium"]])?;
    // The one that Debian starts is a script with the path of an installation.
    test.env("TIDEGATE_CHROMIUM", unpacked.path("usr/lib/chromium/chromium")?);
    // One of its libraries has libraries in a folder of their own.
    let folders = unpacked.library_path()?;
    let folders = folders.split(':').map(|folder| format!("{folder}:{folder}/pulseaudio"));
    test.env("TIDEGATE_CHROMIUM_LIBRARIES", folders.collect::<Vec<_>>().join(":"));
    Ok(())
}
