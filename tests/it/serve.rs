//! `jixiao serve`, spoken to as a page does, and as nobody should.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Cursor, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{jixiao, root, samples, text};

/// A running server.
struct Server {
    process: Child,
    port: u16,
    token: String,
}

impl Server {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_jixiao"))
            .args(["serve", "--no-browser", "--port", "0"])
            .env("LC_ALL", "zh_CN.UTF-8")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().split_once("http://127.0.0.1:").unwrap().1;
        let (port, token) = address.trim_end_matches('/').split_once('/').unwrap();
        Self { process, port: port.parse().unwrap(), token: token.to_owned() }
    }

    /// Sends a request with its lines as given.
    fn raw(&self, head: &str, body: &[u8]) -> Response {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        // A server that refuses early may have hung up.
        let _ = stream.write_all(body);
        Response::read(stream)
    }

    fn send(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Response {
        let (port, token, length) = (self.port, &self.token, body.len());
        let head = format!(
            "{method} /{token}/{path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\
             Content-Length: {length}\r\n{headers}\r\n"
        );
        self.raw(&head, body)
    }

    fn get(&self, path: &str) -> Response {
        self.send("GET", path, "", b"")
    }

    fn post(&self, path: &str, body: &[u8]) -> Response {
        self.send("POST", path, "", body)
    }

    fn page(&self) -> Page<'_> {
        let welcome = self.post("api/sessions", b"").json();
        let at = format!("api/sessions/{}", welcome["session"].as_str().unwrap());
        let port = self.port;
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let head = format!("GET /{}/{at}/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n", self.token);
        stream.write_all(head.as_bytes()).unwrap();
        let mut page = Page {
            server: self,
            welcome,
            at,
            events: BufReader::new(stream),
            rows: BTreeMap::new(),
            told: Vec::new(),
        };
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            page.events.read_line(&mut line).unwrap();
        }
        page
    }

    /// Waits for the end of the process; panics if it does not come.
    fn ends(mut self, within: Duration) {
        let start = Instant::now();
        while self.process.try_wait().unwrap().is_none() {
            assert!(start.elapsed() < within, "it still runs");
            std::thread::sleep(Duration::from_millis(50));
        }
        assert!(self.process.wait().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

struct Response {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Response {
    fn read(mut stream: TcpStream) -> Self {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("an answer");
        let head = text(&bytes[..end]);
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: BTreeMap<String, String> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        assert!(!headers.contains_key("transfer-encoding"), "only events come in pieces");
        Self { status, headers, body: bytes.split_off(end + 4) }
    }

    fn json(&self) -> Value {
        assert_eq!(self.headers["content-type"], "application/json; charset=utf-8");
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The files of a .zip.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.body));
        let mut archive = zip::ZipArchive::new(Cursor::new(&self.body)).unwrap();
        let mut files = BTreeMap::new();
        for i in 0..archive.len() {
            let mut file = archive.by_index(i).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            files.insert(file.name().unwrap().into_owned(), bytes);
        }
        files
    }
}

/// A page that listens.
struct Page<'a> {
    server: &'a Server,
    welcome: Value,
    at: String,
    events: BufReader<TcpStream>,
    /// The rows as they stand.
    rows: BTreeMap<u64, Value>,
    /// All other events.
    told: Vec<(String, Value)>,
}

impl Page<'_> {
    fn get(&self, path: &str) -> Response {
        self.server.get(&format!("{}/{path}", self.at))
    }

    fn post(&self, path: &str, body: &[u8]) -> Response {
        self.server.post(&format!("{}/{path}", self.at), body)
    }

    fn send(&self, name: &str, bytes: &[u8]) {
        let response = self.post(&format!("files?name={}", encoded(name)), bytes);
        assert_eq!(response.status, 202, "{name}");
    }

    /// Has everything read that was sent, and waits until it is.
    fn read(&mut self) -> Value {
        assert_eq!(self.post("read", b"").status, 202);
        self.settled()
    }

    /// Listens until all is settled.
    fn settled(&mut self) -> Value {
        loop {
            let (name, data) = self.next().expect("the stream goes on");
            match name.as_str() {
                "settled" => return data,
                "rows" => {
                    for row in data.as_array().unwrap() {
                        self.rows.insert(row["index"].as_u64().unwrap(), row.clone());
                    }
                }
                _ => self.told.push((name, data)),
            }
        }
    }

    /// The next event; `None` at the end of the stream. The sizes of pieces stand on lines of their own between them.
    fn next(&mut self) -> Option<(String, Value)> {
        let mut name = String::new();
        loop {
            let mut line = String::new();
            if self.events.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if let Some(event) = line.strip_prefix("event: ") {
                name = event.trim().to_owned();
            } else if let Some(data) = line.strip_prefix("data: ") {
                return Some((name, serde_json::from_str(data).unwrap()));
            }
        }
    }

    fn told(&self, name: &str) -> Vec<&Value> {
        self.told.iter().filter(|(own, _)| own == name).map(|(_, data)| data).collect()
    }
}

fn encoded(name: &str) -> String {
    name.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// An archive of files.
fn zipped(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The sample forms, in order.
fn forms() -> Vec<(String, Vec<u8>)> {
    let named = |path: &std::path::PathBuf| {
        (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(path).unwrap())
    };
    samples().iter().map(named).collect()
}

/// Every file below a folder with its bytes, but for the program's own notes.
fn written(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files =
        walkdir::WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_file());
    let named = |entry: walkdir::DirEntry| {
        let name = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read(entry.path()).unwrap())
    };
    files.map(named).filter(|(name, _)| !name.starts_with(".jixiao")).collect()
}

#[test]
fn files_that_are_dropped_come_back_as_rows_and_details() {
    let server = Server::start();
    let mut page = server.page();
    assert!(page.welcome["outlines"].as_array().unwrap().iter().any(|own| own["id"] == "self-report"));
    // In whatever order they come, they are read by name.
    for (name, bytes) in forms().iter().rev() {
        page.send(&format!("lukou-2022/{name}"), bytes);
    }
    page.send("lukou-2022/Thumbs.db", b"nothing");
    let settled = page.read();
    assert_eq!((settled["projects"].as_u64(), settled["mean"].as_str()), (Some(17), Some("98.71")));
    assert_eq!(page.rows.len(), 17);
    assert!(page.rows.values().all(|row| row["score"].is_string()));
    let first = &page.rows[&0];
    assert_eq!((first["name"].as_str(), first["score"].as_str()), (Some("食品抽检专项"), Some("98")));
    assert_eq!(first["file"], "lukou-2022/01-食品抽检专项.xlsx");
    assert!(page.told("unreadable").is_empty() && page.told("skipped").is_empty(), "{:?}", page.told);
    assert_eq!(page.told("progress").last().unwrap()["done"], 17);

    let details = page.get("projects/6").json();
    assert_eq!(details["row"], page.rows[&6]);
    let findings = details["findings"].as_array().unwrap();
    let finding = findings.iter().position(|own| own["code"] == "R23").unwrap();
    assert_eq!(findings[finding]["cell"], "I13");
    let cells = details["grid"]["cells"].as_array().unwrap();
    let cell = cells.iter().find(|cell| cell["a1"] == "I13").unwrap();
    assert!(cell["findings"].as_array().unwrap().contains(&json!(finding)));
    assert_eq!(details["layout"]["id"], "mof-2020");
    assert!(details["scores"].as_array().unwrap().iter().all(|line| line["reasoning"].is_string()));
    let blocks = details["narrative"]["blocks"].as_array().unwrap();
    assert!(blocks.iter().any(|block| block["kind"] == "heading" && block["number"] == "一、"));
    assert!(details["narrative"].to_string().contains("\"gap\":true"));
    assert_eq!(json!(details["narrative"]["gaps"].as_array().unwrap().len()), page.rows[&6]["gaps"]);

    let code = page.get("codes/R23?lang=en").json();
    assert!(code["name"].as_str().unwrap().is_ascii(), "{code}");
    assert!(page.get("codes/R23").json()["name"].as_str().unwrap() != code["name"]);
    assert_eq!(page.get("codes/R99").status, 400);
    assert_eq!(page.get("projects/17").status, 404);
}

#[test]
fn downloads_are_what_the_command_line_writes() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let archive = zipped(&forms());
    std::fs::write(here.join("x.zip"), &archive).unwrap();
    for arguments in [
        &["run", "x.zip", "-o", ".", "--format", "docx,txt,md"][..],
        &["check", "x.zip", "--annotate", "批注", "--opinions", "意见"],
        &["convert", "x.zip", "--to", "mof-2021-cost", "-o", "填表"],
        &["convert", "x.zip", "--to", "target-list", "-o", "清单"],
        &["narrate", "x.zip", "-o", "单位", "--outline", "unit-report", "--document", "songti"],
        &["run", "x.zip", "-o", "办法", "--scheme", "deduction", "--format", "txt"],
    ] {
        let out = jixiao(here, arguments);
        assert!(matches!(out.status.code(), Some(0 | 1)), "{arguments:?}: {}", text(&out.stderr));
    }
    let server = Server::start();
    let mut page = server.page();
    page.send("x.zip", &archive);
    page.read();
    let summary = page.get("download/summary.xlsx");
    assert!(summary.headers["content-disposition"].contains("%E6%B1%87%E6%80%BB%E8%A1%A8.xlsx"));
    assert!(summary.body == std::fs::read(here.join("汇总表.xlsx")).unwrap());
    let reports = written(&here.join("自评报告"));
    assert_eq!(reports.len(), 51);
    assert!(page.get("download/reports.zip?formats=docx,txt,md").files() == reports);
    for ending in ["docx", "txt", "md"] {
        let name = format!("解决工作经费.{ending}");
        assert!(page.get(&format!("download/report/16.{ending}")).body == reports[&name], "{name}");
    }
    assert!(page.get("download/annotated.zip").files() == written(&here.join("批注")));
    let (name, notice) = page.next().unwrap();
    assert!(
        name == "notice" && notice["message"].as_str().unwrap().contains("03-产品抽检专项.xls"),
        "{notice}"
    );
    assert!(page.get("download/opinions.zip").files() == written(&here.join("意见")));

    assert!(page.post("fill?layout=mof-2021-cost", b"").files() == written(&here.join("填表")));
    let blank = std::fs::read(root().join("templates/forms/mof-2021-cost.xlsx")).unwrap();
    assert!(page.post("fill?name=mof-2021-cost.xlsx", &blank).files() == written(&here.join("填表")));
    let missing = page.get("fill/missing").json();
    let list = page.post("fill?layout=target-list", b"");
    assert!(list.body == written(&here.join("清单"))["target-list.xlsx"]);
    assert_ne!(page.get("fill/missing").json(), missing);
    assert_eq!(
        list.headers["x-missing"],
        page.get("fill/missing").json().as_array().unwrap().len().to_string()
    );
    assert_eq!(page.post("fill?name=a.xlsx", b"no form").status, 422);

    let set =
        |page: &Page<'_>, settings: Value| page.post("settings", settings.to_string().as_bytes()).status;
    assert_eq!(set(&page, json!({ "outline": "unit-report", "document": "songti" })), 202);
    page.settled();
    let of_units = written(&here.join("单位"));
    assert!(page.get("download/reports.zip").files() == of_units);
    assert!(of_units.values().any(|bytes| *bytes == page.get("download/report/0.docx").body));
    let title = page.get("projects/0").json()["narrative"]["title"].clone();
    assert!(!title.as_str().unwrap().contains("食品抽检专项"), "it is the report of the unit: {title}");
    let scheme = json!({ "outline": null, "document": null, "scheme": "deduction" });
    assert_eq!(set(&page, scheme), 202);
    page.settled();
    assert!(page.get("download/summary.xlsx").body != summary.body);
    assert!(page.get("download/reports.zip?formats=txt").files() == written(&here.join("办法/自评报告")));
    assert_eq!(set(&page, json!({ "outline": "../../../etc/passwd" })), 400);
    assert_eq!(set(&page, json!({ "outline": "review-opinion" })), 400);
}

#[test]
fn bad_files_cost_only_themselves() {
    let server = Server::start();
    let mut page = server.page();
    let bad = ["截断.xlsx", "加密.xlsx", "预算表.xlsx", "文本冒充.xlsx"];
    for name in bad {
        page.send(name, &std::fs::read(root().join("samples/bad").join(name)).unwrap());
    }
    let (name, bytes) = &forms()[0];
    page.send(name, bytes);
    let settled = page.read();
    assert_eq!((settled["projects"].as_u64(), settled["unreadable"].as_u64()), (Some(1), Some(4)));
    let unreadable = page.told("unreadable");
    for name in bad {
        let told = unreadable.iter().find(|told| told["file"] == name).unwrap();
        assert!(!told["message"].as_str().unwrap().is_empty());
    }
    // A further drop goes on behind the first; two files of one name are told apart.
    page.send(name, bytes);
    assert_eq!(page.read()["projects"], 2);
    assert_eq!(page.rows[&1]["file"], name.replace(".xlsx", "（2）.xlsx"));
    assert!(page.rows[&1]["warnings"] != 0 || page.rows[&1]["errors"] != 0, "one project, given twice");
    assert_eq!(page.get("projects/1").json()["row"], page.rows[&1]);

    let forget = server.send("DELETE", &format!("{}/files", page.at), "", b"");
    assert_eq!(forget.status, 202);
    assert_eq!(page.get("projects/0").status, 404);
    page.rows.clear();
    page.send(name, bytes);
    assert_eq!(page.read()["projects"], 1);
}

#[test]
fn nobody_else_is_answered() {
    let server = Server::start();
    let (port, token) = (server.port, server.token.as_str());
    let ask = |path: &str, headers: &str| {
        server.raw(&format!("GET {path} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n"), b"")
    };
    let (page, own) = (format!("/{token}/"), format!("Host: 127.0.0.1:{port}\r\n"));
    let status = |path: &str, headers: &str| ask(path, headers).status;
    assert_eq!(status(&page, &own), 200);
    assert_eq!(status(&page, &format!("Host: localhost:{port}\r\n")), 200);
    assert_eq!(status(&page, &format!("{own}Origin: http://127.0.0.1:{port}\r\n")), 200);
    for headers in [
        // A name of somebody else's that leads to this machine.
        format!("Host: example.com:{port}\r\n"),
        "Host: 127.0.0.1\r\n".to_owned(),
        format!("Host: 127.0.0.1:{}\r\n", port ^ 1),
        format!("{own}Host: example.com\r\n"),
        format!("{own}Origin: http://example.com\r\n"),
        format!("{own}Origin: https://127.0.0.1:{port}\r\n"),
        format!("{own}Origin: null\r\n"),
    ] {
        assert!(matches!(status(&page, &headers), 400 | 403), "{headers}");
        assert!(!text(&ask(&page, &headers).body).contains("html"), "{headers}");
    }
    let other = token.replace('0', "1").replace('a', "b");
    for path in ["/", "/favicon.ico", "/api/sessions", &format!("/{other}x/"), &format!("/{}/", &token[1..])]
    {
        let response = ask(path, &own);
        assert_eq!((response.status, response.body.len()), (404, 0), "{path}");
    }
    let headers = ask(&page, &own).headers;
    let policy = &headers["content-security-policy"];
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"));
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(headers[name], value);
        assert_eq!(ask("/", &own).headers[name], value);
    }
}

#[test]
fn what_forms_and_names_say_is_data_and_nothing_else() {
    let server = Server::start();
    let mut page = server.page();
    let row = |cells: &[&str]| cells.iter().map(|cell| format!("<td>{cell}</td>")).collect::<String>();
    let form = [
        row(&["项目支出绩效自评表"]),
        row(&["项目名称", "&lt;script&gt;alert(1)&lt;/script&gt;"]),
        row(&["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"]),
        row(&["产出指标", "数量指标", "检查次数", "10次", "10次", "50", "50"]),
    ];
    let form: String = form.iter().map(|row| format!("<tr>{row}</tr>")).collect();
    let form = format!("<html><table>{form}</table></html>");
    page.send("../../../etc/<img src=x>.xls", form.as_bytes());
    // Names that would lead to files of this machine, if they were paths.
    let tables = tempfile::tempdir().unwrap();
    let out = jixiao(
        root(),
        &["convert", "samples/lukou-2022", "--to", "csv", "-o", tables.path().to_str().unwrap()],
    );
    assert!(out.status.success());
    let projects = std::fs::read(tables.path().join("项目.csv")).unwrap();
    page.send(tables.path().join("项目.csv").to_str().unwrap(), &projects);
    let settled = page.read();
    assert_eq!(settled["projects"], 1, "{:?}", page.told);
    assert_eq!(page.rows[&0]["name"], "<script>alert(1)</script>");
    assert_eq!(page.rows[&0]["file"], "etc/<img src=x>.xls");
    let details = page.get("projects/0");
    assert_eq!(details.json()["row"]["name"], "<script>alert(1)</script>");
    assert_eq!(details.headers["x-content-type-options"], "nosniff");
    let told = page.told("unreadable");
    assert!(told.len() == 1 && told[0]["file"].as_str().unwrap().ends_with("项目.csv"), "{told:?}");
    // The two tables together are read.
    page.send("数据/项目.csv", &projects);
    page.send("数据/指标.csv", &std::fs::read(tables.path().join("指标.csv")).unwrap());
    assert_eq!(page.read()["projects"], 18);
    assert_eq!(page.get("projects/17").json()["grid"], Value::Null);

    let name = page.get("download/report/0.docx").headers["content-disposition"].clone();
    assert!(name.is_ascii() && !name.contains(['<', '"', '/']), "{name}");
}

#[test]
fn too_much_is_refused_early() {
    let server = Server::start();
    let page = server.page();
    let limit = page.welcome["limits"]["file_bytes"].as_u64().unwrap();
    // What is announced too large is not waited for.
    let head = |length: &str| {
        format!(
            "POST /{}/{}/files?name=a HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n{length}\r\n",
            server.token, page.at, server.port
        )
    };
    let refused = server.raw(&head(&format!("Content-Length: {}\r\n", limit + 1)), b"");
    assert_eq!(refused.status, 413);
    assert!(refused.json()["error"].as_str().unwrap().contains("256 MB"));
    // What is not announced is counted as it comes.
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    stream.write_all(head("Transfer-Encoding: chunked\r\n").as_bytes()).unwrap();
    let piece = [b"100000\r\n", vec![0; 1 << 20].as_slice(), b"\r\n"].concat();
    let pieces = (0..(limit * 2) >> 20).take_while(|_| stream.write_all(&piece).is_ok()).count() as u64;
    assert!(pieces < (limit >> 20) + 32, "it went on taking: {pieces} MB");
    assert_eq!(page.post("settings", &[b' '; 100_000]).status, 413);
}

#[test]
fn pages_know_nothing_of_one_another() {
    let server = Server::start();
    let (mut one, mut two) = (server.page(), server.page());
    assert_ne!(one.at, two.at);
    let forms = forms();
    one.send(&forms[0].0, &forms[0].1);
    two.send(&forms[6].0, &forms[6].1);
    assert_eq!((one.read()["projects"].as_u64(), two.read()["projects"].as_u64()), (Some(1), Some(1)));
    assert_ne!(one.rows[&0]["name"], two.rows[&0]["name"]);
    // Two languages at once.
    let ask = |page: &Page<'_>, lang: &str| page.get(&format!("projects/0?lang={lang}")).json();
    std::thread::scope(|scope| {
        for lang in ["zh", "en", "zh", "en"] {
            let two = &two;
            scope.spawn(move || {
                for _ in 0..5 {
                    let hint = ask(two, lang)["findings"][0]["hint"].as_str().unwrap().to_owned();
                    assert_eq!(hint.chars().any(|c| c > '\u{2E80}'), lang == "zh", "{hint}");
                }
            });
        }
    });
    // Closed, it is gone.
    assert_eq!(one.post("close", b"").status, 204);
    assert_eq!(one.get("projects/0").status, 404);
    assert!(std::iter::from_fn(|| one.next()).all(|(name, _)| name != "settled"), "its stream ends");
    assert_eq!(two.get("projects/0").status, 200);
}

#[test]
fn the_server_ends_with_its_last_page() {
    let server = Server::start();
    let (one, two) = (server.page(), server.page());
    assert_eq!(one.post("close", b"").status, 204);
    drop(one);
    // A browser that was ended says nothing.
    drop(two);
    server.ends(Duration::from_secs(20));
}

#[test]
fn a_page_whose_stream_breaks_off_may_come_back() {
    let server = Server::start();
    let (port, page) = (server.port, server.page());
    page.send(&forms()[0].0, &forms()[0].1);
    let at = page.at.clone();
    drop(page);
    let mut again = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let head = format!("GET /{}/{at}/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n", server.token);
    again.write_all(head.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_secs(6));
    assert_eq!(server.post(&format!("{at}/read"), b"").status, 202);
    let mut told = String::new();
    let mut again = BufReader::new(again);
    while !told.contains("event: settled") {
        assert_ne!(again.read_line(&mut told).unwrap(), 0, "{told}");
    }
    assert!(told.contains("食品抽检专项"), "{told}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_server() {
    let server = Server::start();
    let _page = server.page();
    let id = server.process.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    server.ends(Duration::from_secs(10));
}
