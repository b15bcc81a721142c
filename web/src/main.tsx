import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { giveStylesTheNonce, nonceOfPage } from "./kit/nonce";
import { App } from "./shell/App";
import "./kit/kit.css";
import "./shell/shell.css";

giveStylesTheNonce(nonceOfPage());

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
