use std::{cell::RefCell, fmt};

/// So many steps at most: an attribute of an exemplar lies 17 deep, and a map in its value, of
/// which there may be 16 in each other, 4 more.
const STEPS_MAX: usize = 96;

/// Where reading is, from the outermost field on. After an error it says where that was.
#[derive(Debug, Default)]
pub(super) struct Place {
    steps: RefCell<Vec<Step>>,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Field(&'static str),
    Item(usize),
}

impl Place {
    pub(super) fn enter_field(&self, name: &'static str) {
        self.steps.borrow_mut().push(Step::Field(name));
    }

    pub(super) fn enter_item(&self, index: usize) {
        self.steps.borrow_mut().push(Step::Item(index));
    }

    /// Leaves what was entered last.
    pub(super) fn leave(&self) {
        self.steps.borrow_mut().pop();
    }

    pub(super) fn is_too_deep(&self) -> bool {
        self.steps.borrow().len() > STEPS_MAX
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = self.steps.borrow();
        if steps.is_empty() {
            return f.write_str("the request");
        }
        for (at, step) in steps.iter().enumerate() {
            match step {
                Step::Field(name) if at == 0 => f.write_str(name)?,
                Step::Field(name) => write!(f, ".{name}")?,
                Step::Item(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
