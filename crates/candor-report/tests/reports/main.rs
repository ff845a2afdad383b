//! Every report on facts few enough to be added up by hand.

mod components;
mod counts;
mod documentation;
mod empty;
mod errors;
mod facts;
mod filters;
mod geography;
mod operations;
mod output;
mod overview;
mod parts;
mod versions;
