//! Lists of series as Prometheus writes them, piece by piece: of the texts of all labels no more is
//! in memory than is being sent.

use axum::response::Response;
use tsdb::Labels;

use super::{
    answer::TRUNCATED,
    json::{put_labels, put_list, put_text},
    pieces::{self, PIECE_BYTES},
};

/// The answer with at most `limit` series (0: all).
pub(super) fn response(mut series: Vec<Labels>, limit: usize, warnings: Vec<String>) -> Response {
    let mut warnings = warnings;
    if limit > 0 && series.len() > limit {
        series.truncate(limit);
        warnings.insert(0, TRUNCATED.to_owned());
    }
    let mut tail = String::from("]");
    if !warnings.is_empty() {
        tail.push_str(r#","warnings":"#);
        put_list(&mut tail, &warnings, |json, warning| put_text(json, warning));
    }
    tail.push('}');
    pieces::response(Writing { series: series.into_iter(), stage: Stage::Head, tail })
}

/// An answer on its way.
struct Writing {
    /// Those that have not been written yet.
    series: std::vec::IntoIter<Labels>,
    stage: Stage,
    tail: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Head,
    Series,
    Done,
}

impl Iterator for Writing {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let mut json = String::new();
        match self.stage {
            Stage::Head => json.push_str(r#"{"status":"success","data":["#),
            Stage::Series => json.push(','),
            Stage::Done => return None,
        }
        self.stage = Stage::Series;
        while json.len() < PIECE_BYTES {
            let Some(labels) = self.series.next() else { break };
            put_labels(&mut json, &labels);
            if self.series.len() > 0 && json.len() < PIECE_BYTES {
                json.push(',');
            }
        }
        if self.series.len() == 0 {
            json.push_str(&self.tail);
            self.stage = Stage::Done;
        }
        Some(json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn text_of(response: Response) -> String {
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn lists_of_any_length_are_whole_json() {
        let named = |at: usize| Labels::new("m", [("at", format!("{at:0>600}"))]).unwrap();
        for (count, limit, listed) in [(0, 0, 0), (1, 0, 1), (2, 1, 1), (999, 0, 999)] {
            let series = (0..count).map(named).collect();
            let json = text_of(response(series, limit, vec!["a \"gap\"".to_owned()])).await;
            let json: serde_json::Value = serde_json::from_str(&json).unwrap();
            let data = json["data"].as_array().unwrap();
            assert_eq!((data.len(), &json["status"]), (listed, &"success".into()));
            let numbers = data.iter().map(|labels| labels["at"].as_str().unwrap().len());
            assert!(numbers.into_iter().all(|length| length == 600));
            let warnings = json["warnings"].as_array().unwrap();
            assert_eq!(warnings.len(), 1 + usize::from(listed < count), "{json}");
            assert_eq!(warnings.last().unwrap(), "a \"gap\"");
        }
        let json = text_of(response(vec![named(7)], 0, Vec::new())).await;
        assert!(json.ends_with("007\"}]}"), "{json}");
    }
}
