//! The simulation of docs/counting.md: people counted by flags and by sketches, beside how many there were.
//!
//!     target/release/counting [SEED]

use benches::counting::{Rates, Size, Table, count_installations, count_machines};
use candor_privacy::sketch::standard_error;

fn main() {
    let seed = std::env::args().nth(1).map_or(20_261_122, |text| text.parse().expect("SEED is a number"));
    let size = Size { seed, installations: 10_000, weeks: 26 };
    let counted = count_installations(size, &Rates::default());
    let (days, unseen) = (counted.days, counted.unseen_days);
    anstream::println!(
        "Seed {seed}: {} installations over {} weeks, {days} days of use,",
        size.installations,
        size.weeks
    );
    anstream::println!(
        "{:.1} % of them by people who had opted out; {} records dropped for their times.\n",
        unseen as f64 * 100.0 / days as f64,
        counted.collector.dropped
    );
    anstream::println!("{}", Table::of(size, &counted));
    anstream::println!(
        "| | b | standard error | truth | sketch | error of the mean | worst period | within 3 errors | identifiers |"
    );
    anstream::println!("|---|---|---|---|---|---|---|---|---|");
    for (machines, bits) in [(100, 6), (1_000, 6), (6_000, 8)] {
        let counted = count_machines(size, machines, bits);
        for row in Table::sketches(size, &counted) {
            anstream::println!(
                "| {} of {machines} machines at a time | {bits} | {:.1} % | {:.1} | {:.1} | {:+.2} % | {:+.1} % | {:.1} % | {:.0} |",
                row.name.replace("actives", ""),
                standard_error(bits) * 100.0,
                row.truth,
                row.told,
                row.error_percent(),
                row.worst_percent,
                row.within_three_percent,
                row.identified,
            );
        }
    }
}
