//! What is decided about jobs, purely: when they are due, how they are tried again, what is told.

pub(crate) mod calendars;
pub(crate) mod cron;
pub(crate) mod fact;
pub(crate) mod interval;
pub(crate) mod parts;
pub(crate) mod retry;
pub(crate) mod run;
pub(crate) mod schedule;
pub(crate) mod setting;
