//! What was counted beside what there was.

use std::fmt;

use candor_privacy::sketch;
use candor_wire::Timestamp;

use super::{Counted, Period, Size};

/// A number of many periods, told and true.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// What is counted.
    pub name: &'static str,
    /// How many periods.
    pub periods: usize,
    /// Their mean, as it was.
    pub truth: f64,
    /// As it was told.
    pub told: f64,
    /// As identifiers would have told it.
    pub identified: f64,
    /// The period that was told worst, in percent of what it was.
    pub worst_percent: f64,
    /// How many of the periods are told within three standard errors of a sketch, in percent.
    pub within_three_percent: f64,
}

impl Comparison {
    /// How far the mean is off.
    #[must_use]
    pub fn error_percent(&self) -> f64 {
        percent(self.told, self.truth)
    }

    /// How far it would be off with identifiers.
    #[must_use]
    pub fn identified_error_percent(&self) -> f64 {
        percent(self.identified, self.truth)
    }

    fn of(name: &'static str, numbers: &[(f64, f64, f64)], standard_error: f64) -> Self {
        let mean = |of: fn(&(f64, f64, f64)) -> f64| numbers.iter().map(of).sum::<f64>() / numbers.len() as f64;
        let errors: Vec<f64> = numbers.iter().map(|(truth, told, _)| percent(*told, *truth)).collect();
        let within = errors.iter().filter(|error| error.abs() <= 300.0 * standard_error).count();
        Self {
            name,
            periods: numbers.len(),
            truth: mean(|number| number.0),
            told: mean(|number| number.1),
            identified: mean(|number| number.2),
            worst_percent: errors.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or(0.0),
            within_three_percent: within as f64 * 100.0 / numbers.len() as f64,
        }
    }
}

fn percent(told: f64, truth: f64) -> f64 {
    (told / truth - 1.0) * 100.0
}

/// The table of docs/counting.md.
#[derive(Debug)]
pub struct Table {
    /// Actives and retention of what keeps its state.
    pub installations: Vec<Comparison>,
}

/// The periods of one kind in a simulation.
fn periods(size: Size) -> [(&'static str, Vec<Period>); 3] {
    let of = |kind: usize| {
        let mut periods: Vec<Period> = size.days().map(|day| Period::of_day(day)[kind]).collect();
        periods.dedup();
        periods
    };
    [("daily actives", of(0)), ("weekly actives", of(1)), ("monthly actives", of(2))]
}

impl Table {
    /// Compares what was counted by flags.
    #[must_use]
    pub fn of(size: Size, counted: &Counted) -> Self {
        let collector = &counted.collector;
        let number = |count: Option<&u64>| count.copied().unwrap_or(0) as f64;
        let mut installations: Vec<Comparison> = periods(size)
            .into_iter()
            .map(|(name, periods)| {
                let numbers: Vec<_> = periods
                    .iter()
                    .map(|period| {
                        let identified = collector.ids.get(period).map_or(0, std::collections::HashSet::len) as f64;
                        (number(counted.active.get(period)), number(collector.flags.get(period)), identified)
                    })
                    .collect();
                Comparison::of(name, &numbers, 0.0)
            })
            .collect();
        let first = Timestamp::of_day(size.days().start).week();
        for (name, later) in
            [("retained after 1 week", 1), ("after 4 weeks", 4), ("after 8 weeks", 8), ("after 12 weeks", 12)]
        {
            let cohorts = first..first + size.weeks - i32::from(later);
            let (mut sums, mut worst) = ([0.0; 6], 0.0_f64);
            for cohort in cohorts.clone() {
                let truth = [counted.retained.get(&(cohort, later)), counted.retained.get(&(cohort, 0))].map(number);
                let told =
                    [collector.weeks.get(&(cohort + i32::from(later), later)), collector.weeks.get(&(cohort, 0))]
                        .map(number);
                let error = percent(told[0] / told[1], truth[0] / truth[1]);
                if error.is_finite() && error.abs() > worst.abs() {
                    worst = error;
                }
                let of_ids = |later| number(collector.identified_weeks.get(&(cohort, later)));
                let numbers = [truth[0], truth[1], told[0], told[1], of_ids(later), of_ids(0)];
                for (sum, number) in sums.iter_mut().zip(numbers) {
                    *sum += number;
                }
            }
            installations.push(Comparison {
                name,
                periods: cohorts.len(),
                truth: sums[0] / sums[1] * 100.0,
                told: sums[2] / sums[3] * 100.0,
                identified: sums[4] / sums[5] * 100.0,
                worst_percent: worst,
                within_three_percent: f64::NAN,
            });
        }
        Self { installations }
    }

    /// Compares what was counted by a sketch.
    #[must_use]
    pub fn sketches(size: Size, counted: &Counted) -> Vec<Comparison> {
        let collector = &counted.collector;
        let compare = |(name, periods): (&'static str, Vec<Period>)| {
            let numbers: Vec<_> = periods
                .iter()
                .map(|period| {
                    let ranks = collector.sketches.get(period).map(|cells| cells.values().copied());
                    let told = sketch::estimate(collector.bits, ranks.into_iter().flatten());
                    let identified = collector.ids.get(period).map_or(0, std::collections::HashSet::len) as f64;
                    (counted.active.get(period).copied().unwrap_or(0) as f64, told, identified)
                })
                .collect();
            Comparison::of(name, &numbers, sketch::standard_error(collector.bits))
        };
        periods(size).into_iter().map(compare).collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| | periods | truth | flags | error of the mean | worst period | identifiers | error |")?;
        writeln!(f, "|---|---|---|---|---|---|---|---|")?;
        for row in &self.installations {
            // Retention has no share of periods within an error of a sketch.
            let unit = if row.within_three_percent.is_nan() { " %" } else { "" };
            writeln!(
                f,
                "| {} | {} | {:.1}{unit} | {:.1}{unit} | {:+.2} % | {:+.1} % | {:.1}{unit} | {:+.2} % |",
                row.name,
                row.periods,
                row.truth,
                row.told,
                row.error_percent(),
                row.worst_percent,
                row.identified,
                row.identified_error_percent(),
            )?;
        }
        Ok(())
    }
}
