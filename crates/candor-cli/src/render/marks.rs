//! Numbers as marks: bars and sparklines of block characters.

const EIGHTHS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A bar of `share` (0 to 1) of `width` columns, filled up with blanks. What is more than nothing shows.
pub(super) fn bar(share: f64, width: usize) -> String {
    let share = share.clamp(0.0, 1.0);
    let eighths = ((share * (width * 8) as f64).round() as usize).max(usize::from(share > 0.0));
    let mut bar = "█".repeat(eighths / 8);
    if !eighths.is_multiple_of(8) {
        bar.push(EIGHTHS[eighths % 8 - 1]);
    }
    let drawn = eighths.div_ceil(8);
    bar.push_str(&" ".repeat(width - drawn));
    bar
}

/// A mark for each number, or for the sum of each run of neighbours where there are more than `width`. Zero is a dot, so
/// that the least number that is more looks like more.
pub(super) fn sparkline(numbers: &[i64], width: usize) -> String {
    let group = numbers.len().div_ceil(width.max(1)).max(1);
    // Groups are counted from the end, so that the last one, which is read first, is complete.
    let groups = numbers.rchunks(group).rev().map(|group| group.iter().sum::<i64>());
    let sums: Vec<_> = groups.collect();
    let most = sums.iter().copied().max().unwrap_or(0).max(1);
    let mark = |sum: i64| match sum {
        ..=0 => '·',
        sum => LEVELS[((sum as f64 / most as f64 * 8.0).ceil() as usize).clamp(1, 8) - 1],
    };
    sums.into_iter().map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_share_and_never_longer_than_their_place() {
        for (share, text) in
            [(0.0, "    "), (0.0001, "▏   "), (0.5, "██  "), (0.53, "██▏ "), (1.0, "████"), (7.0, "████")]
        {
            assert_eq!(bar(share, 4), text, "{share}");
        }
    }

    #[test]
    fn a_sparkline_has_a_mark_a_number_until_there_is_no_place_for_it() {
        assert_eq!(sparkline(&[0, 1, 4, 8], 10), "·▁▄█");
        assert_eq!(sparkline(&[0, 1, 4, 8, 8], 3), "·▃█");
        assert_eq!(sparkline(&[0, 0], 10), "··");
        assert_eq!(sparkline(&[], 10), "");
    }
}
