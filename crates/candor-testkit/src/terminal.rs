//! A terminal for a tool's standard error.

use std::{
    fs::File,
    io::Read as _,
    process::{Command, ExitStatus, Stdio},
};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// What a tool did that ran at a terminal.
#[derive(Debug)]
pub struct Terminal {
    /// How it ended.
    pub status: ExitStatus,
    /// What it wrote to standard output, which was a pipe.
    pub stdout: String,
    /// What the terminal showed: its standard error.
    pub screen: String,
}

impl Terminal {
    /// Runs a command to its end with its standard error at a terminal.
    ///
    /// # Panics
    /// When there is no terminal to be had, or the command cannot be started.
    #[must_use]
    pub fn run(command: &mut Command) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
        grantpt(&master).expect("a terminal of our own");
        unlockpt(&master).expect("an unlocked terminal");
        let name = ptsname(&master, Vec::new()).expect("a terminal with a name");
        let slave = File::options()
            .read(true)
            .write(true)
            .open(name.to_str().expect("a terminal's name is text"))
            .expect("the terminal opens");
        let output = command
            .stdin(Stdio::null())
            .stderr(slave.try_clone().expect("one more descriptor"))
            .output()
            .expect("the command starts");
        // The command holds the terminal's other end until it is given another one.
        command.stderr(Stdio::null());
        drop(slave);
        let mut screen = Vec::new();
        match File::from(master).read_to_end(&mut screen) {
            // Linux says EIO when nobody is at the other end any more.
            Err(error) if error.raw_os_error() != Some(rustix::io::Errno::IO.raw_os_error()) => {
                panic!("the terminal cannot be read: {error}")
            }
            _ => {}
        }
        Self {
            status: output.status,
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            screen: String::from_utf8_lossy(&screen).into_owned(),
        }
    }
}
