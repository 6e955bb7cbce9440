//! A server, a driver and a browser for one test.

use std::future::Future;
use std::io::{BufRead, BufReader, Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::rc::Rc;
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A machine that builds beside the tests is slow.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK_AGAIN: Duration = Duration::from_millis(30);

pub const DESKTOP: (u32, u32) = (1366, 768);
pub const PHONE: (u32, u32) = (375, 740);

/// A program that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The page in a browser, with all that it needs.
pub struct Page {
    pub browser: Client,
    /// The page's address.
    pub address: String,
    /// A folder of the test; the browser keeps its downloads in `downloads` there.
    pub folder: TempDir,
    server: Running,
    driver: Rc<Running>,
}

/// Runs a test on the page in a window of the desktop's size.
pub fn on_the_page<F: Future<Output = ()> + 'static>(test: impl FnOnce(Page) -> F) {
    on_the_page_sized(DESKTOP, test);
}

/// Runs a test on the page in a window of a size, or says why it cannot.
pub fn on_the_page_sized<F: Future<Output = ()> + 'static>(size: (u32, u32), test: impl FnOnce(Page) -> F) {
    let Some(browser) = browser_is_there() else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, async {
        let page = Page::open(browser, size).await;
        let browser = page.browser.clone();
        let driver = page.driver.clone();
        let tested = tokio::task::spawn_local(test(page)).await;
        // A browser outlives its driver: it is closed after a test that failed, too.
        let _ = browser.close().await;
        drop(driver);
        if let Err(failed) = tested {
            std::panic::resume_unwind(failed.into_panic());
        }
    });
}

/// The browser's program, if it and its driver are on this machine.
fn browser_is_there() -> Option<&'static str> {
    let runs = |program: &str| {
        let version =
            Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        version.is_ok_and(|status| status.success())
    };
    let browser = ["chromium", "google-chrome", "chromium-browser"].into_iter().find(|program| runs(program));
    if !runs("chromedriver") {
        eprintln!("SKIPPED: chromedriver is not on this machine; nothing was looked at in a browser");
        return None;
    }
    if browser.is_none() {
        eprintln!("SKIPPED: Chromium is not on this machine; nothing was looked at in a browser");
    }
    browser
}

/// Starts a program and waits for the line in which `find` finds something.
fn start(command: &mut Command, find: impl Fn(&str) -> Option<String>) -> (Running, String) {
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut output: BufReader<ChildStdout> = BufReader::new(child.stdout.take().unwrap());
    let running = Running(child);
    let mut line = String::new();
    loop {
        line.clear();
        assert!(output.read_line(&mut line).unwrap() > 0, "{command:?} ended");
        if let Some(found) = find(&line) {
            // What it says later is read away, lest it wait for a reader.
            std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
            return (running, found);
        }
    }
}

impl Page {
    async fn open(browser: &str, (width, height): (u32, u32)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (server, address) = start(
            Command::new(env!("CARGO_BIN_EXE_jixiao")).current_dir(folder.path()).args([
                "--lang",
                "zh",
                "serve",
                "--no-browser",
            ]),
            |line| line.find("http://").map(|at| line[at..].trim().to_owned()),
        );
        let (driver, port) = start(Command::new("chromedriver").arg("--port=0"), |line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            Some(port.trim().trim_end_matches('.').to_owned())
        });
        let downloads = folder.path().join("downloads");
        std::fs::create_dir(&downloads).unwrap();
        let profile = format!("--user-data-dir={}", folder.path().join("profile").display());
        let window = format!("--window-size={width},{height}");
        let mut options = json!({
            "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--enable-precise-memory-info", profile, window,
            ],
            "prefs": {
                "download.default_directory": downloads,
                "download.prompt_for_download": false,
                // A test takes one file after another without a hand on the mouse.
                "profile.default_content_setting_values.automatic_downloads": 1,
            },
            // The size of the page itself: a window has a frame, and none is as narrow as a phone.
            "mobileEmulation": { "deviceMetrics": { "width": width, "height": height, "pixelRatio": 1.0, "touch": false, "mobile": width < 760 } },
        });
        if let Ok(found) = which(browser) {
            options["binary"] = json!(found);
        }
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Value::Object(capabilities) = capabilities else { unreachable!() };
        let browser = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap();
        let page = Self { browser, address, folder, server, driver: Rc::new(driver) };
        page.go("").await;
        page.until("a session", "return document.querySelector('#aside select') !== null").await;
        page
    }

    /// Opens the page at a place behind its #.
    pub async fn go(&self, place: &str) {
        self.browser.goto(&format!("{}{place}", self.address)).await.unwrap();
    }

    /// Stops the program.
    pub fn stop_the_program(&mut self) {
        self.server.0.kill().unwrap();
        self.server.0.wait().unwrap();
    }

    /// What a script gives.
    pub async fn run(&self, script: &str) -> Value {
        self.browser.execute(script, vec![]).await.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// What a script gives, as text.
    pub async fn text(&self, script: &str) -> String {
        self.run(script).await.as_str().unwrap_or_default().to_owned()
    }

    /// The text of all elements of a selector.
    pub async fn texts(&self, selector: &str) -> Vec<String> {
        let script = format!(
            "return [...document.querySelectorAll({})].map((one) => one.textContent)",
            json!(selector)
        );
        let texts = self.run(&script).await;
        texts.as_array().unwrap().iter().map(|text| text.as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Waits until a script gives something true.
    pub async fn until(&self, what: &str, script: &str) {
        let start = Instant::now();
        while !self.run(script).await.as_bool().unwrap_or_default() {
            if start.elapsed() > PATIENCE {
                let path = pictures().join("failed.png");
                std::fs::write(&path, self.browser.screenshot().await.unwrap()).unwrap();
                panic!("there was no {what}; see {}", path.display());
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Waits until the page shows an element, and gives it.
    pub async fn find(&self, selector: &str) -> Element {
        let shown = format!(
            "const one = document.querySelector({}); return one !== null && one.getClientRects().length > 0",
            json!(selector)
        );
        self.until(selector, &shown).await;
        self.browser.find(Locator::Css(selector)).await.unwrap()
    }

    /// Waits until a button can be pressed, and presses it.
    pub async fn press(&self, selector: &str) {
        let ready = format!("return document.querySelector({})?.disabled === false", json!(selector));
        self.until(&format!("{selector} to press"), &ready).await;
        let button = self.find(selector).await;
        // The driver is content with a button that stands below something fixed.
        self.run(&format!(
            "document.querySelector({}).scrollIntoView({{ block: 'center' }})",
            json!(selector)
        ))
        .await;
        button.click().await.unwrap();
    }

    /// Puts files in through the page's file input.
    pub async fn choose(&self, files: &[PathBuf]) {
        let names: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
        let input = self.browser.find(Locator::Css("#files")).await.unwrap();
        input.send_keys(&names.join("\n")).await.unwrap();
    }

    /// Waits until everything is read.
    pub async fn settle(&self) {
        self.until("end of reading", "return document.body.dataset.busy === 'false'").await;
    }

    /// Puts the 17 samples in and waits until they are read.
    pub async fn choose_samples(&self) {
        self.choose(&lukou()).await;
        self.until("seventeen rows", "return document.querySelectorAll('.body .row').length === 17").await;
        self.settle().await;
    }

    /// Waits for a download, and gives its name and bytes.
    pub async fn downloaded(&self) -> (String, Vec<u8>) {
        let folder = self.folder.path().join("downloads");
        let start = Instant::now();
        loop {
            // What is not whole yet has another name.
            let whole = files(&folder).into_iter().find(|path| {
                let name = path.file_name().unwrap().to_string_lossy();
                !name.starts_with('.') && !name.ends_with(".crdownload") && !name.ends_with(".tmp")
            });
            if let Some(path) = whole {
                let bytes = std::fs::read(&path).unwrap();
                std::fs::remove_file(&path).unwrap();
                return (path.file_name().unwrap().to_str().unwrap().to_owned(), bytes);
            }
            assert!(start.elapsed() < PATIENCE, "nothing was downloaded");
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Waits for a downloaded archive, and gives its name and files.
    pub async fn downloaded_zip(&self) -> (String, Vec<(String, Vec<u8>)>) {
        let (name, bytes) = self.downloaded().await;
        (name, unpack(&bytes))
    }
}

fn which(program: &str) -> Result<PathBuf, ()> {
    let paths = std::env::var_os("PATH").ok_or(())?;
    std::env::split_paths(&paths).map(|path| path.join(program)).find(|path| path.is_file()).ok_or(())
}

/// Runs the command line in a folder; what it finds is no failure.
pub fn command_line(folder: &Path, arguments: &[&str]) {
    let status = Command::new(env!("CARGO_BIN_EXE_jixiao"))
        .current_dir(folder)
        .args(["--lang", "zh", "-q"])
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(matches!(status.code(), Some(0 | 1)), "{arguments:?}: {status}");
}

pub fn samples(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(below)
}

/// The files of a folder, in order.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// The 17 samples of one unit.
pub fn lukou() -> Vec<PathBuf> {
    let files = files(&samples("lukou-2022"));
    assert_eq!(files.len(), 17);
    files
}

/// An archive of files by name.
pub fn archive(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(&bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The files of an archive by name.
pub fn unpack(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files: Vec<_> = (0..archive.len())
        .map(|i| {
            let mut file = archive.by_index(i).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .filter(|(name, _)| !name.ends_with('/'))
        .collect();
    files.sort();
    files
}

/// Where pictures go.
pub fn pictures() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../browser");
    std::fs::create_dir_all(&folder).unwrap();
    folder.canonicalize().unwrap()
}
