//! Machines that keep nothing: CI runners and containers, of which each start is the first.

use candor::__History as History;
use candor_privacy::sketch;
use candor_wire::{
    Timestamp,
    active::{Active, Sketch, Span},
};

use super::{Counted, Period, Size, chance::Chance, collector::item};

/// How many days a machine lasts until another one takes its place, for every second of them.
const LIFE_DAYS: i32 = 21;

/// Simulates this many machines at a time; returns how many different ones there were, and what was heard.
#[must_use]
pub fn count_machines(size: Size, machines: u64, bits: u8) -> Counted {
    let mut counted = Counted::default();
    for machine in 0..machines {
        let mut chance = Chance::of(size.seed, machine | 3 << 40);
        let lasts = chance.is(0.5);
        // A runner may keep its directory; most begin with an empty one.
        let keeps_directory = chance.is(0.2);
        let offset = chance.between(0, LIFE_DAYS);
        let (mut host, mut history, mut seen) = (chance.next(), History::default(), Vec::new());
        for day in size.days() {
            if !lasts && (day + offset) % LIFE_DAYS == 0 {
                (host, history) = (chance.next(), History::default());
                seen.clear();
            }
            if !chance.is(0.4) {
                continue;
            }
            for period in Period::of_day(day) {
                if !seen.contains(&period) {
                    seen.push(period);
                    *counted.active.entry(period).or_default() += 1;
                }
            }
            let starts = chance.between(1, 30);
            for start in 0..starts {
                // In an identified mode each start is another installation.
                let id = if keeps_directory { host } else { chance.next() };
                counted.collector.identify(id, day);
                let before = if keeps_directory { &history } else { &History::default() };
                let Some((next, told)) = before.see(day) else { continue };
                history = next;
                // What is said again is the same; the first and the last of a day stand for all.
                if start != 0 && start != starts - 1 {
                    continue;
                }
                let [_, Period::Week(week), Period::Month(month)] = Period::of_day(day) else { continue };
                let periods = [
                    (Span::Day, sketch::Period::Day(day), true),
                    (Span::Week, sketch::Period::Week(week), told.flags.first_of_week),
                    (Span::Month, sketch::Period::Month(month), told.flags.first_of_month),
                ];
                let items: Vec<String> = periods
                    .into_iter()
                    .filter(|(.., begins)| *begins)
                    .map(|(span, period, _)| {
                        let cell = sketch::cell("tool", period, &host.to_be_bytes(), bits);
                        let said = Active::Sketch(Sketch { bits, span, cell: cell.cell, rank: cell.rank });
                        item(format!("{:016x}", chance.next()), day, "1.4.0", said)
                    })
                    .collect();
                let sent = Timestamp::from_micros(Timestamp::of_day(day).micros() + 43_200_000_000);
                counted.collector.take(&items, sent, sent);
            }
        }
    }
    counted
}
