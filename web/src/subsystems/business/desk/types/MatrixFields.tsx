import { Form, Select } from "antd";
import { useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { LEVELS } from "./typeForm";
import { words } from "./words";

const PRIORITIES = [1, 2, 3, 4, 5].map((value) => ({ value, label: `P${value}` }));

/** The priority of each impact and urgency. */
export function MatrixFields() {
  const said = useWords(words);
  return (
    <fieldset className="kit-fieldset">
      <legend>{said.matrix}</legend>
      <p className="kit-quiet">{said.matrix_about}</p>
      <table className="desk-matrix">
        <thead>
          <tr>
            <th scope="col">
              {said.impact} \ {said.urgency}
            </th>
            {LEVELS.map((level) => (
              <th key={level} scope="col">
                {said[level]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {LEVELS.map((impact, row) => (
            <tr key={impact}>
              <th scope="row">{said[impact]}</th>
              {LEVELS.map((urgency, column) => (
                <td key={urgency}>
                  <Form.Item name={["matrix", row, column]}>
                    <Select
                      aria-label={fill(said.cell, { impact: said[impact], urgency: said[urgency] })}
                      options={PRIORITIES}
                    />
                  </Form.Item>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </fieldset>
  );
}
