//! What is left of a collector's data after power cuts.
//!
//!     cargo build -p candor-cli -p benches
//!     target/debug/cuts NUMBER [SEED]
//!
//! So many cuts for each of two ways to mount the disk, by turns under the load alone, during a start, an erasure and a backup. As
//! root, on a machine with loop devices and `mkfs.ext4`.

use std::process::ExitCode;

use candor_testkit::{During, Journaling, PowerCuts, Random};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let number: usize = arguments.next().map_or(60, |text| text.parse().expect("NUMBER is a number"));
    let (_, of_the_moment) = Random::of_the_moment();
    let seed = arguments.next().map_or(of_the_moment, |text| text.parse().expect("SEED is a number"));
    anstream::println!("seed {seed}");
    let folder = tempfile::tempdir().expect("a folder");
    for journaling in [Journaling::Ordered, Journaling::Writeback] {
        let mut cuts = match PowerCuts::begin(folder.path(), journaling, Random::new(seed)) {
            Ok(cuts) => cuts,
            Err(missing) => {
                anstream::println!("no power can be cut here: {missing}");
                return ExitCode::FAILURE;
            }
        };
        for (cut, during) in (1..=number).zip(During::ALL.into_iter().cycle()) {
            let result = cuts.cut(during);
            anstream::println!("{journaling:?} {cut:4} {during:?}: {} acknowledged", cuts.acknowledged());
            if let Err(error) = result {
                cuts.keep();
                anstream::println!("LOST: {error}; its disk is kept in {}", folder.keep().display());
                return ExitCode::FAILURE;
            }
        }
        match cuts.end() {
            Ok(events) => {
                anstream::println!("{journaling:?}: {number} cuts, {events} events acknowledged and counted, each once")
            }
            Err(error) => {
                anstream::println!("LOST: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}
