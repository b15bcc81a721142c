//! The vault as its users meet it: through routes, on real records and files.

#[cfg(test)]
mod attachments;
#[cfg(test)]
mod bucket;
#[cfg(test)]
mod bucket_faults;
#[cfg(test)]
mod canary;
#[cfg(test)]
mod gateway;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod scan;
#[cfg(test)]
mod scene;
#[cfg(test)]
mod seals;
#[cfg(test)]
mod secrets;
