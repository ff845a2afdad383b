//! The simulation of docs/counting.md: people counted by flags and by sketches, beside how many there were.
//!
//!     cargo run --release -p benches --bin counting [SEED]

use benches::counting::{Comparison, Rates, Size, Table, count_installations, count_machines};
use candor_privacy::sketch::standard_error;

fn main() {
    let seed = std::env::args().nth(1).map_or(20_261_122, |text| text.parse().expect("SEED is a number"));
    let size = Size { seed, installations: 10_000, weeks: 26 };
    let usual = Rates::default();
    let kept = Rates { loses_state: 0.0, is_copied: 0.0, ..usual };
    for (what, rates) in [("where state is kept", kept), ("with homes that are lost and copied", usual)] {
        let counted = count_installations(size, &rates);
        let (days, unseen) = (counted.days, counted.unseen_days as f64 * 100.0 / counted.days as f64);
        anstream::println!("Seed {seed}: {} installations over {} weeks, {what}.", size.installations, size.weeks);
        anstream::println!("{days} days of use, {unseen:.1} % of them by people who had opted out.\n");
        anstream::println!("{}", Table::of(size, &counted));
    }
    anstream::println!(
        "| machines at a time | b | | truth | sketch | error of the mean | worst period | within 3 errors | identifiers |"
    );
    anstream::println!("|---|---|---|---|---|---|---|---|---|");
    for (machines, bits) in [(100, 6), (1_000, 6), (6_000, 8)] {
        for row in Table::sketches(size, &count_machines(size, machines, bits)) {
            print_machines(machines, bits, &row);
        }
    }
}

fn print_machines(machines: u64, bits: u8, row: &Comparison) {
    anstream::println!(
        "| {machines} | {bits} (±{:.1} %) | {} | {:.1} | {:.1} | {:+.2} % | {:+.1} % | {:.1} % | {:.0} |",
        standard_error(bits) * 100.0,
        row.name,
        row.truth,
        row.told,
        row.error_percent(),
        row.worst_percent,
        row.within_three_percent,
        row.identified,
    );
}
