//! The journal and the ids, read whole.

use std::{fs, io, path::Path};

use super::{Finding, RESTORE};
use crate::{
    dedup::count_on_disk,
    journal::{read_segment, segments},
};

pub(super) fn examine(dir: &Path) -> Finding {
    let subject = "journal";
    let segments = match segments(dir) {
        Ok(segments) => segments,
        Err(error) => return Finding::bad(subject, error.to_string(), RESTORE),
    };
    let (mut files, mut frames, mut corrupt) = (0, 0, 0);
    for (_, path) in segments {
        match read_segment(&path, 0, u64::MAX) {
            Ok(content) => {
                files += 1;
                frames += content.frames.len();
                corrupt += content.corrupt;
            }
            Err(crate::JournalError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Finding::bad(subject, error.to_string(), RESTORE),
        }
    }
    let seen = format!("{frames} frame(s) in {files} file(s)");
    if corrupt > 0 {
        let seen = format!("{seen}, and {corrupt} place(s) that cannot be read");
        let advice =
            "frames are lost there, the others are kept; look at the disk, and restore a backup if they matter";
        return Finding::bad(subject, seen, advice);
    }
    match set_aside(dir) {
        0 => Finding::good(subject, seen),
        count => {
            let seen = format!("{seen}, and {count} damaged one(s) that were set aside");
            Finding::remark(
                subject,
                seen,
                "what ends in .damaged holds no readable frame; delete it when it is of no use",
            )
        }
    }
}

fn set_aside(dir: &Path) -> usize {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "damaged")).count()
}

pub(super) fn examine_ids(dir: &Path) -> Finding {
    let subject = "ids";
    match count_on_disk(dir) {
        Ok((ids, 0)) => Finding::good(subject, format!("{ids} remembered")),
        Ok((ids, damaged)) => {
            let seen = format!("{ids} remembered, and {damaged} file(s) damaged");
            Finding::bad(subject, seen, "what clients send again of those is counted again, for seven days at most")
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Finding::good(subject, "none yet"),
        Err(error) => Finding::bad(subject, error.to_string(), RESTORE),
    }
}
