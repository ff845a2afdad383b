//! A machine of its own: namespaces for its network, its mounts and its users, so that nobody needs to be root.

use std::{
    fs::{self, File},
    io::{ErrorKind, Write as _},
    net::UdpSocket,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

/// Where the machine keeps its homes, in a file system of its own that nobody else sees.
const ROOT: &str = "/mnt";

/// Consent, where Candor looks for it.
const CONSENT: &str = "[greeter]\nlevel = \"all\"\n";

pub(crate) struct Machine {
    root: PathBuf,
}

/// Goes on in namespaces of its own; does not return.
pub(crate) fn enter(runs: &str) {
    let own = std::env::current_exe().expect("this program has a path");
    let unshare = ["--user", "--map-root-user", "--mount", "--net", "--"];
    let error = Command::new("unshare").args(unshare).arg(own).args(["--inside", runs]).exec();
    panic!("unshare: {error}");
}

impl Machine {
    pub(crate) fn start() -> Self {
        run("ip", &["link", "set", "lo", "up"]);
        let root = PathBuf::from(ROOT);
        mount_memory(&root, "16m");
        let resolv = root.join("resolv.conf");
        fs::write(&resolv, "nameserver 127.0.0.1\n").expect("resolv.conf is written");
        run("mount", &["--bind", text(&resolv), "/etc/resolv.conf"]);
        // It listens, and that is all.
        let name_server = UdpSocket::bind("127.0.0.1:53").expect("port 53 of this machine");
        thread::spawn(move || while name_server.recv(&mut [0; 512]).is_ok() {});
        Self { root }
    }

    /// A home whose user has agreed.
    pub(crate) fn home(&self, name: &str) -> PathBuf {
        let home = self.root.join(name.replace(' ', "-"));
        agree(&home);
        home
    }

    /// The same on a disk without room for another byte.
    pub(crate) fn full_disk(&self) -> PathBuf {
        let home = self.root.join("full");
        fs::create_dir_all(&home).expect("a directory");
        mount_memory(&home, "256k");
        agree(&home);
        let mut rest = File::create(home.join("rest")).expect("a file");
        let error = std::iter::repeat_with(|| rest.write_all(&[0; 512])).find_map(Result::err).expect("it ends");
        assert_eq!(error.kind(), ErrorKind::StorageFull, "{error}");
        home
    }
}

fn agree(home: &Path) {
    fs::create_dir_all(home.join(".config/candor")).expect("a directory");
    fs::write(home.join(".config/candor/consent.toml"), CONSENT).expect("consent is written");
}

fn mount_memory(at: &Path, size: &str) {
    run("mount", &["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs", text(at)]);
}

fn run(program: &str, arguments: &[&str]) {
    let status = Command::new(program).args(arguments).status();
    assert!(status.is_ok_and(|status| status.success()), "{program} {}", arguments.join(" "));
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path that is text")
}
