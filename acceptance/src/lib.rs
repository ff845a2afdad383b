//! Real tools, real clients and kill -9 against the real collector.
