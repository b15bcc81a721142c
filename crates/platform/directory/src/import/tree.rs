use db::Tx;
use kernel::{FieldFault, Text};

use super::{
    apply::Import,
    columns::SheetKind,
    known::Known,
    line::Line,
    order::{Order, ordered},
};
use crate::{DirectoryError, Noun, Region, Trees, Unit};

impl Import<'_> {
    /// Rows of a tree: what is above comes first, wherever it stands in the file.
    pub(super) async fn tree(
        &mut self,
        tx: &mut Tx,
        kind: SheetKind,
        mut lines: Vec<(usize, Line<'_>)>,
    ) -> Result<(), DirectoryError> {
        let rows: Vec<(&str, &str)> =
            lines.iter().map(|(_, line)| (line.cell("code"), line.cell("parent_code"))).collect();
        let (known, trees) = (&self.known, &self.trees);
        let Order { rows, cycles } = ordered(&rows, |code| known.above(trees, kind, code));
        for cycle in cycles {
            self.cycle(kind, &mut lines, &cycle);
        }
        let mut lines: Vec<Option<(usize, Line<'_>)>> = lines.into_iter().map(Some).collect();
        let in_order = rows.into_iter().filter_map(|place| lines.get_mut(place)?.take()).collect();
        self.rows(tx, in_order).await
    }

    /// Rows that are part of each other: the first of them in the file tells of it.
    fn cycle(&mut self, kind: SheetKind, lines: &mut [(usize, Line<'_>)], cycle: &[usize]) {
        let Some(first) = cycle.iter().copied().min() else { return };
        let begin = cycle.iter().position(|place| *place == first).unwrap_or(0);
        let round = cycle.iter().cycle().skip(begin).take(cycle.len() + 1);
        let way: Vec<&str> = round.map(|place| lines[*place].1.cell("code")).collect();
        let way = way.join(" → ");
        let rows: Vec<String> =
            cycle.iter().map(|place| lines[*place].1.row.number.to_string()).collect();
        let noun = if kind == SheetKind::Regions { Region::noun() } else { Unit::noun() };
        let expected = Text::new(
            format!("a {} above that is not part of it: {way} (rows {})", noun.en, rows.join(", ")),
            format!("不属于其下级的上级{}：{way} 形成循环（第 {} 行）", noun.zh, rows.join("、")),
        );
        for place in cycle {
            let line = &mut lines[*place].1;
            if *place == first {
                let found = line.cell("parent_code");
                line.note(FieldFault::new("parent_code", found, expected.clone()));
            } else {
                line.block();
            }
            let code = line.cell("code");
            match kind {
                SheetKind::Regions => self.known.regions.broken(code, line, true),
                _ => self.known.units.broken(code, line, true),
            }
        }
    }
}

impl Known {
    /// The code of what is above the thing with that code, as it was before this import.
    fn above<'t>(&self, trees: &'t Trees, kind: SheetKind, code: &str) -> Option<&'t str> {
        if kind == SheetKind::Regions {
            let region = trees.region(&self.regions.get(code)?.to_string())?;
            return Some(&trees.region(region.parent.as_ref()?)?.code);
        }
        let unit = trees.unit(&self.units.get(code)?.to_string())?;
        Some(&trees.unit(unit.parent.as_ref()?)?.code)
    }
}
