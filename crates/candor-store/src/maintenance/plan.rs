//! Which files of a table are put together.

use crate::tables::DataFile;

/// So many files of about one size become one: each row is written again once for every factor of eight.
const FILES: usize = 8;
/// What is small, in parts of a whole file.
const SMALL: u64 = 2;
/// Files of a day that goes on are put together up to this part of a whole file.
const TODAY: u64 = 8;

/// Files of one day that shall become as few as possible.
pub(super) fn due(files: Vec<DataFile>, today: i32, file_bytes: u64) -> Vec<Vec<DataFile>> {
    let mut due = Vec::new();
    for day in files.chunk_by(|left, right| left.day == right.day) {
        let all: u64 = day.iter().map(|file| file.bytes).sum();
        let small: u64 = day.iter().map(|file| file.bytes).filter(|bytes| *bytes < file_bytes / SMALL).sum();
        // A day that is over is put in order as a whole, once, and again when much came late.
        let is_over = day.first().is_some_and(|file| file.day < today);
        if is_over && day.len() > 1 && small * 4 >= all {
            due.push(day.to_vec());
            continue;
        }
        let mut levels = std::collections::BTreeMap::<u32, Vec<DataFile>>::new();
        for file in day.iter().filter(|file| file.bytes < file_bytes / TODAY) {
            levels.entry(file.bytes.max(1).ilog2() / 3).or_default().push(file.clone());
        }
        due.extend(levels.into_values().filter(|level| level.len() >= FILES));
    }
    due
}

/// All files, day by day.
pub(super) fn by_day(files: Vec<DataFile>) -> Vec<Vec<DataFile>> {
    files.chunk_by(|left, right| left.day == right.day).map(<[DataFile]>::to_vec).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: u64 = 1 << 24;

    fn sizes(files: &[(i32, u64)]) -> Vec<Vec<u64>> {
        let files = files.iter().map(|(day, bytes)| DataFile::for_testing(*day, *bytes)).collect();
        due(files, 10, FILE).into_iter().map(|files| files.into_iter().map(|file| file.bytes).collect()).collect()
    }

    #[test]
    fn today_small_files_wait_until_there_are_eight_of_about_one_size() {
        assert_eq!(sizes(&[(10, 1000); 7]), Vec::<Vec<u64>>::new());
        assert_eq!(sizes(&[(10, 1000); 8]), [vec![1000; 8]]);
        let mut mixed = vec![(10, 100_000); 7];
        mixed.extend([(10, 1000); 8]);
        assert_eq!(sizes(&mixed), [vec![1000; 8]], "what was put together before is left alone");
        assert_eq!(sizes(&[(10, FILE / 4); 20]), Vec::<Vec<u64>>::new(), "large enough for today");
    }

    #[test]
    fn a_day_that_is_over_becomes_whole_and_stays_so_until_much_came_late() {
        assert_eq!(sizes(&[(9, FILE), (9, FILE), (9, FILE / 4)]), Vec::<Vec<u64>>::new());
        assert_eq!(sizes(&[(9, 1000), (9, 2000)]), [vec![1000, 2000]]);
        assert_eq!(sizes(&[(9, 1000)]), Vec::<Vec<u64>>::new());
        assert_eq!(sizes(&[(9, FILE), (9, FILE / 4), (9, FILE / 4)]), [vec![FILE, FILE / 4, FILE / 4]]);
    }

    #[test]
    fn days_are_never_mixed() {
        assert_eq!(sizes(&[(8, 10), (8, 11), (9, 12), (9, 13)]), [vec![10, 11], vec![12, 13]]);
    }
}
