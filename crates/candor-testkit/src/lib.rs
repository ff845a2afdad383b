//! Homes, collectors and processes for Candor's tests; never published.
//!
//! A small language: a [`Collector`] is the real `candor serve` on a loopback port and a data directory of the test's own,
//! a [`Project`] has its keys and can be asked its reports, and [`program`] finds what the workspace builds. A [`Home`] is
//! where a tool under test lives, a [`FakeCollector`] a real socket that remembers and answers as the test wants, and a
//! [`Terminal`] shows what only a terminal gets to see. [`Postgres`] is a real server that ends with the test, and [`Mmdb`] writes a
//! database of countries; [`generator`] invents the events of many tools over months. What goes wrong here panics, and so fails the test.

mod clients;
mod collector;
mod cuts;
mod disk;
mod fake_collector;
mod forward_proxy;
pub mod generator;
mod home;
mod http;
mod loopback;
mod mmdb;
mod postgres;
mod program;
mod random;
mod terminal;
mod wait;

pub use clients::{Clients, check, tracks};
pub use collector::{Answer, Collector, Project, add_key, basic, candor, create_project, post, sql};
pub use cuts::{During, PowerCuts};
pub use disk::{Disk, Journaling};
pub use fake_collector::{FakeCollector, Reply};
pub use forward_proxy::ForwardProxy;
pub use home::Home;
pub use http::Request;
pub use loopback::connect_from;
pub use mmdb::{Mmdb, country_code};
pub use postgres::Postgres;
pub use program::{program, workspace};
pub use random::Random;
pub use terminal::Terminal;
pub use wait::wait_until;
