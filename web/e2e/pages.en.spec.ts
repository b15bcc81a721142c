import { walkIn } from "./pages";

walkIn("en");
