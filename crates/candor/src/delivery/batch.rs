//! How much goes into one request.

/// Segment's API takes 500 KB and 2,500 items a batch; fewer items make one wrong item cheaper to find.
const MAX_ITEMS: usize = 500;
const MAX_BYTES: usize = 480_000;

/// How many of the items make one batch: at least one.
pub(super) fn length(items: &[String]) -> usize {
    let mut bytes = 0;
    let fitting = items.iter().take(MAX_ITEMS).take_while(|item| {
        bytes += item.len() + 1;
        bytes <= MAX_BYTES
    });
    fitting.count().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_holds_what_the_collector_takes() {
        assert_eq!(length(&vec!["x".to_owned(); 1200]), 500);
        assert_eq!(length(&vec!["x".repeat(99_999); 10]), 4);
        assert_eq!(length(&["x".repeat(1_000_000)]), 1);
    }
}
