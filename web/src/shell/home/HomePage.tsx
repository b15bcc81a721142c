import { useWords } from "../../kit/language";
import { PageHeader } from "../../kit/PageHeader";
import { ChangedCard } from "./ChangedCard";
import { FoundCard } from "./FoundCard";
import { MachineCard } from "./MachineCard";
import { words } from "./words";
import { WrongCard } from "./WrongCard";
import "./home.css";

/** The operator's first page: what is wrong, how this machine is, what was found, what changed. */
export default function HomePage() {
  const said = useWords(words);
  return (
    <>
      <PageHeader title={said.title} />
      <div className="home">
        <div className="home-wide">
          <WrongCard />
          <MachineCard />
        </div>
        <div className="home-narrow">
          <FoundCard />
          <ChangedCard />
        </div>
      </div>
    </>
  );
}
