//! A store full of generated events.

use std::collections::HashMap;

use candor_store::{AttributeColumns, Fact, Store};
use candor_testkit::generator::{Event, World};
use candor_wire::{Attribute, DurationBucket, Environment, Kind, Outcome, Record, Timestamp, Value};

/// Facts in memory at once, over all projects; about a kilobyte each.
const MOST_WAITING: usize = 400_000;

/// Loads every event of the world that comes for the first time, and gives back how many these were. `loaded` is told how
/// many were committed so far.
///
/// # Panics
/// When the store cannot be written.
pub async fn fill(store: &Store, world: &World, mut loaded: impl FnMut(u64)) -> u64 {
    let mut waiting: HashMap<&str, Vec<Fact>> = HashMap::new();
    let (mut held, mut done) = (0, 0);
    for event in world.events().filter(|event| !event.is_retry) {
        waiting.entry(event.project).or_default().push(fact(&event));
        held += 1;
        if held >= MOST_WAITING {
            commit(store, &mut waiting).await;
            done += held as u64;
            held = 0;
            loaded(done);
        }
    }
    commit(store, &mut waiting).await;
    done + held as u64
}

async fn commit(store: &Store, waiting: &mut HashMap<&str, Vec<Fact>>) {
    let facts = waiting.drain().map(|(project, facts)| (project.to_owned(), facts)).collect();
    store.load(facts).await.expect("the store takes them");
}

fn fact(event: &Event<'_>) -> Fact {
    let text = |text: &str| Some(text.to_owned());
    let kind = Kind::from_name(event.kind).expect("a kind of the generator is one of the collector");
    let mut record = Record::new(kind, event.name, Timestamp::from_micros(event.micros));
    record.parent = event.parent.map(str::to_owned);
    record.outcome = event.outcome.and_then(Outcome::from_name);
    record.error_class = event.error_class.map(str::to_owned);
    record.duration = event.duration_micros.map(DurationBucket::of_micros);
    record.environment = Environment {
        version: text(event.version),
        commit: text(event.commit),
        built: text(event.built),
        channel: text(event.channel),
        os: text(event.os),
        os_version: text(event.os_version),
        arch: text(event.arch),
        runtime: None,
        ci: text(event.ci),
        container: Some(event.container),
        interactive: Some(event.interactive),
        agent: text(event.agent),
        database: None,
    }
    .into();
    let provider = event.provider.map(|provider| ("provider", Value::Text(provider.to_owned())));
    let resources = event.resources.map(|resources| ("resources", Value::Integer(resources)));
    let attributes = provider.into_iter().chain(resources);
    record.attributes = attributes.map(|(name, value)| Attribute { name: name.to_owned(), value }).collect();
    Fact {
        installation: event.installation.map(u64::cast_signed),
        run: Some(event.run.cast_signed()),
        country: Some(event.country.into()),
        sdk: Some("candor".into()),
        sdk_version: Some("0.1.0".into()),
        columns: AttributeColumns::All,
        ..Fact::new(record)
    }
}
