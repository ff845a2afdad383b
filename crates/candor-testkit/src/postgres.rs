//! A throw-away PostgreSQL server.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

/// Where Debian puts the server's programs; they are not on the path.
const PROGRAMS: &str = "/usr/lib/postgresql";

/// Makes a cluster below `$1` and runs it for as long as somebody holds the other end of standard input: also a test that is
/// killed leaves neither a process nor a file behind.
const RUN: &str = r#"
set -e
initdb -D "$1/data" -A trust -U postgres -E UTF8 --locale=C --no-sync >"$1/log" 2>&1
postgres -D "$1/data" -c listen_addresses= -c unix_socket_directories="$1" -c fsync=off >>"$1/log" 2>&1 &
server=$!
until pg_isready -q -h "$1"; do kill -0 "$server"; sleep 0.05; done
echo ready
cat >/dev/null
kill -QUIT "$server"
wait "$server" || true
rm -rf "$1"
"#;

/// A PostgreSQL server of the running test program, reachable by a socket in a folder of its own.
#[derive(Debug)]
pub struct Postgres {
    folder: PathBuf,
    databases: AtomicU32,
    /// Holds the pipe at whose end the server ends.
    _process: Child,
}

impl Postgres {
    /// The server, which the first test to ask for it starts.
    ///
    /// # Panics
    /// When PostgreSQL is not installed (`acceptance/services/install.sh` does that) or does not start.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the server").keep();
        // The server refuses to be root.
        let mut command = if rustix::process::geteuid().is_root() {
            let owned = Command::new("chown").arg("postgres").arg(&folder).status().expect("chown starts");
            assert!(owned.success(), "there is a user `postgres`, as PostgreSQL's package makes one");
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", "sh"]);
            command
        } else {
            Command::new("sh")
        };
        let mut process = command
            .args(["-c", RUN, "sh"])
            .arg(&folder)
            .env("PATH", path())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell starts");
        let mut said = String::new();
        BufReader::new(process.stdout.take().expect("a pipe")).read_line(&mut said).expect("a line");
        if said != "ready\n" {
            let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
            panic!("PostgreSQL does not start; acceptance/services/install.sh installs it:\n{log}");
        }
        Self { folder, databases: AtomicU32::new(0), _process: process }
    }

    /// The address of a new, empty database of the server.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn new_database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.run("createdb", &["-U", "postgres", &name]);
        format!("postgres://postgres@/{name}?host={}", self.folder.display())
    }

    /// What a query gives, as `psql` writes it: a line a row, and `|` between columns.
    ///
    /// # Panics
    /// When the query fails.
    #[must_use]
    pub fn sql(&self, address: &str, query: &str) -> String {
        self.run("psql", &["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", address, "-c", query])
    }

    fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = Command::new(program)
            .args(arguments)
            .env("PATH", path())
            .env("PGHOST", &self.folder)
            .output()
            .unwrap_or_else(|error| panic!("{program} starts: {error}"));
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }
}

/// The path with the server's programs, of the newest version that is installed.
fn path() -> String {
    let versions = std::fs::read_dir(PROGRAMS).into_iter().flatten().flatten();
    let number = |folder: &Path| folder.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
    let newest = versions.map(|entry| entry.path()).max_by_key(|folder| number(folder).unwrap_or(0_u32));
    let newest = newest.map(|folder| folder.join("bin:").display().to_string()).unwrap_or_default();
    newest + &std::env::var("PATH").unwrap_or_default()
}
