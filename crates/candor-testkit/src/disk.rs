//! A disk whose power can be cut: an ext4 file system in a file, mounted over a loop device.
//!
//! A cut is ext4's own (`EXT4_IOC_SHUTDOWN`, as fstests uses it): from that moment on nothing that lies in memory is written
//! any more. What is mounted again is what was synced, and whatever else the kernel happened to have written. A sync that is
//! under way at that moment may say that it succeeded and have failed: stop who would believe it. A drive that says it has
//! written what it has not is beyond this.

use std::{
    fs::{self, File},
    io,
    os::fd::AsRawFd,
    path::{Path, PathBuf},
    process::Command,
};

/// Bytes that fit on it; the file takes as many as are written.
const SIZE: u64 = 1 << 30;
/// `_IOR('X', 125, __u32)`
const SHUTDOWN: libc::Ioctl = 0x8004_587d_u32 as libc::Ioctl;
/// Without writing down what the file system's journal has in memory.
static WITHOUT_LOG_FLUSH: u32 = 2;

/// What becomes of data when the names of its file are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Journaling {
    /// It is written before, as far as it has a place: what is mounted where nobody says otherwise.
    Ordered,
    /// It is written whenever, and names come every second: a file that was not synced can have its name and nothing, or
    /// something else, in it.
    Writeback,
}

impl Journaling {
    fn options(self) -> &'static str {
        match self {
            Self::Ordered => "loop",
            Self::Writeback => "loop,data=writeback,noauto_da_alloc,commit=1",
        }
    }
}

/// A mounted disk; unmounted and deleted when it is dropped.
#[derive(Debug)]
pub struct Disk {
    image: PathBuf,
    place: PathBuf,
    journaling: Journaling,
    is_kept: bool,
}

impl Disk {
    /// A new one, mounted as `folder/NAME`.
    ///
    /// # Errors
    /// What is missing here: the right to mount (root), loop devices, or `mkfs.ext4`.
    pub fn create(folder: &Path, name: &str, journaling: Journaling) -> Result<Self, String> {
        let (image, place) = (folder.join(format!("{name}.img")), folder.join(name));
        let made = File::create_new(&image).and_then(|file| file.set_len(SIZE)).and_then(|()| fs::create_dir(&place));
        made.map_err(|error| format!("{}: {error}", image.display()))?;
        run(Command::new("mkfs.ext4").args(["-q", "-F", "-E", "lazy_itable_init=1,lazy_journal_init=1"]).arg(&image))?;
        let disk = Self { image, place, journaling, is_kept: false };
        disk.mount()?;
        Ok(disk)
    }

    /// Where it is mounted.
    #[must_use]
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// Cuts the power: of what is not on the disk now, nothing will ever be.
    ///
    /// # Panics
    /// When the kernel does not do it.
    #[expect(unsafe_code, reason = "this ioctl has no safe form in the crates that the workspace already has")]
    pub fn cut(&self) {
        let place = File::open(&self.place).expect("the place of the disk");
        // SAFETY: the descriptor is open, and the kernel reads one number behind a pointer to a live one.
        let status = unsafe { libc::ioctl(place.as_raw_fd(), SHUTDOWN, &raw const WITHOUT_LOG_FLUSH) };
        assert_eq!(status, 0, "the power is cut: {}", io::Error::last_os_error());
    }

    /// Mounts it again after a cut; whoever had files of it open must have ended.
    ///
    /// # Panics
    /// When it cannot be mounted.
    pub fn power_on(&self) {
        run(Command::new("umount").arg(&self.place)).expect("nobody has it open");
        self.mount().expect("a file system that survived");
    }

    /// Leaves its image where it is, for whoever wants to look at it.
    pub fn keep(&mut self) {
        self.is_kept = true;
    }

    fn mount(&self) -> Result<(), String> {
        run(Command::new("mount").args(["-o", self.journaling.options()]).args([&self.image, &self.place]))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // A test that failed may have left somebody on it.
        let _ = run(Command::new("umount").arg("--lazy").arg(&self.place));
        if !self.is_kept {
            let _ = fs::remove_file(&self.image);
        }
    }
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{}: {error}", command.get_program().to_string_lossy()))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim())),
    }
}
