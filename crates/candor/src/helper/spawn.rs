//! Starting the helper by `posix_spawn`, whose cost does not grow with the tool's memory.
//!
//! The standard library's `Command` would do the same, and weigh 34 KB more in every tool: most of it are maps of variables.

#![expect(unsafe_code, reason = "starting a process without `Command` is a call of C")]

use std::{
    ffi::{CStr, CString, c_char, c_int},
    io,
    mem::MaybeUninit,
    os::unix::ffi::OsStringExt as _,
    ptr,
};

use super::VARIABLE;
use crate::{background, variables};

/// Starts the helper and does not wait for it. It has no terminal, and its own process group keeps Ctrl-C away from it.
///
/// # Errors
/// When no process can be started.
pub(crate) fn spawn(application: &str) -> io::Result<()> {
    let helper = start(&executable()?, &CString::new(application)?, &environment(application)?)?;
    // A tool that goes on running must not keep a dead helper in the process table. Without a thread it does, once.
    let _ = background::start(Box::new(move || wait(helper)));
    Ok(())
}

/// This executable, even if it was replaced or removed since it was started.
fn executable() -> io::Result<CString> {
    if cfg!(target_os = "linux") {
        return Ok(c"/proc/self/exe".to_owned());
    }
    Ok(CString::new(std::env::current_exe()?.into_os_string().into_vec())?)
}

/// The tool's variables, and the one that says to the helper what it is.
fn environment(application: &str) -> io::Result<Vec<CString>> {
    let mut variables = vec![CString::new(format!("{VARIABLE}={application}"))?];
    for (name, value) in variables::all() {
        if name != VARIABLE {
            let mut variable = name.into_vec();
            variable.push(b'=');
            variable.append(&mut value.into_vec());
            variables.push(CString::new(variable)?);
        }
    }
    Ok(variables)
}

/// Starts a program under another name, and returns its process id.
fn start(program: &CStr, name: &CStr, environment: &[CString]) -> io::Result<libc::pid_t> {
    let arguments = [name.as_ptr().cast_mut(), ptr::null_mut()];
    let mut variables: Vec<*mut c_char> = Vec::with_capacity(environment.len() + 1);
    for variable in environment {
        variables.push(variable.as_ptr().cast_mut());
    }
    variables.push(ptr::null_mut());
    let (mut actions, mut attributes) = (MaybeUninit::uninit(), MaybeUninit::uninit());
    let (actions, attributes) = (actions.as_mut_ptr(), attributes.as_mut_ptr());
    let (mut no_signals, mut process) = (MaybeUninit::uninit(), 0);
    let flags = libc::POSIX_SPAWN_SETPGROUP | libc::POSIX_SPAWN_SETSIGMASK;
    // SAFETY: each `init` is followed by its `destroy`, with nothing that returns in between. The texts end with a zero,
    // the lists of them with a null, and all of them live until the end of this function.
    let started = unsafe {
        check(libc::posix_spawn_file_actions_init(actions))?;
        if let Err(error) = check(libc::posix_spawnattr_init(attributes)) {
            libc::posix_spawn_file_actions_destroy(actions);
            return Err(error);
        }
        let started = check(libc::posix_spawn_file_actions_addopen(actions, 0, c"/dev/null".as_ptr(), libc::O_RDWR, 0))
            .and_then(|()| check(libc::posix_spawn_file_actions_adddup2(actions, 0, 1)))
            .and_then(|()| check(libc::posix_spawn_file_actions_adddup2(actions, 0, 2)))
            .and_then(|()| check(libc::posix_spawnattr_setflags(attributes, flags as libc::c_short)))
            .and_then(|()| check(libc::posix_spawnattr_setpgroup(attributes, 0)))
            .and_then(|()| check(libc::sigemptyset(no_signals.as_mut_ptr())))
            .and_then(|()| check(libc::posix_spawnattr_setsigmask(attributes, no_signals.as_ptr())))
            .and_then(|()| {
                let (arguments, variables) = (arguments.as_ptr(), variables.as_ptr());
                check(libc::posix_spawn(&raw mut process, program.as_ptr(), actions, attributes, arguments, variables))
            });
        libc::posix_spawnattr_destroy(attributes);
        libc::posix_spawn_file_actions_destroy(actions);
        started
    };
    started.map(|()| process)
}

/// These functions return what others put into `errno`.
fn check(code: c_int) -> io::Result<()> {
    if code == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(code)) }
}

/// Until the process has ended, or is somebody else's to wait for.
fn wait(process: libc::pid_t) {
    // SAFETY: a null is no place for the status, which nobody asks for.
    while unsafe { libc::waitpid(process, ptr::null_mut(), 0) } == -1
        && io::Error::last_os_error().kind() == io::ErrorKind::Interrupted
    {}
}
