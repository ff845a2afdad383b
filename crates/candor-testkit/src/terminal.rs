//! A terminal for a tool's standard error.

use std::{
    fs::File,
    io::{self, Read as _, Write as _},
    os::fd::{FromRawFd as _, OwnedFd},
    process::{Command, ExitStatus, Stdio},
    ptr,
};

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
        Self::with_input(command, |_| Stdio::null())
    }

    /// Runs a command to its end with its standard input and error at a terminal at which somebody types this, which the
    /// terminal shows too.
    ///
    /// # Panics
    /// As [`Terminal::run`] does.
    #[must_use]
    pub fn type_to(command: &mut Command, typed: &str) -> Self {
        Self::with_input(command, |terminal| {
            terminal.0.write_all(typed.as_bytes()).expect("the terminal takes what is typed");
            terminal.1.try_clone().expect("one more descriptor").into()
        })
    }

    fn with_input(command: &mut Command, input: impl FnOnce(&mut (File, File)) -> Stdio) -> Self {
        let mut terminal = open_terminal();
        let input = input(&mut terminal);
        let (mut master, slave) = terminal;
        let output = command
            .stdin(input)
            .stderr(slave.try_clone().expect("one more descriptor"))
            .output()
            .expect("the command starts");
        // The command holds the terminal's other end until it is given another one.
        command.stdin(Stdio::null()).stderr(Stdio::null());
        drop(slave);
        let mut screen = Vec::new();
        match master.read_to_end(&mut screen) {
            // Linux says EIO when nobody is at the other end any more.
            Err(error) if error.raw_os_error() != Some(libc::EIO) => {
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

/// Both ends of a new pseudo-terminal: the one that shows, and the one that a tool writes to.
///
/// By libc, as rustix has it behind a feature that would rebuild the query engine for this one call.
#[expect(unsafe_code, reason = "openpty has no safe form in the crates that the workspace already has")]
fn open_terminal() -> (File, File) {
    let (mut master, mut slave) = (-1, -1);
    // SAFETY: both pointers are to live integers; the others may be null and then say nothing.
    let status = unsafe { libc::openpty(&mut master, &mut slave, ptr::null_mut(), ptr::null(), ptr::null()) };
    assert_eq!(status, 0, "a pseudo-terminal: {}", io::Error::last_os_error());
    // SAFETY: openpty succeeded, so both are open descriptors that nobody else owns.
    let ends = unsafe { (OwnedFd::from_raw_fd(master), OwnedFd::from_raw_fd(slave)) };
    (File::from(ends.0), File::from(ends.1))
}
