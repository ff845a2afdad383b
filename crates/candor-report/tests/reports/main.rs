//! Every report on facts few enough to be added up by hand.

mod actives;
mod breakdown;
mod ci;
mod comparison;
mod components;
mod counts;
mod crashes;
mod documentation;
mod empty;
mod errors;
mod facts;
mod filters;
mod geography;
mod invocations;
mod live;
mod operations;
mod output;
mod overview;
mod parts;
mod pipeline;
mod platforms;
mod retention;
mod source;
mod uptime;
mod versions;
