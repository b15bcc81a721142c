import { walkIn } from "./pages";

walkIn("zh");
