import { TriangleAlertIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { Alert, AlertDescription, AlertTitle } from "@/components/ui/alert";
import { type Waiting as Why, waitingWords, whyWaiting } from "@/lib/why-waiting";
import { Splash } from "./splash";

/** After this long the page finds out what is the matter, and looks again as often. */
const LOOK_MS = 8_000;

/** The whole page until the deployment at `url` has answered for the first time: says why, where that takes long. */
export function Waiting({ url }: { url: string }) {
  const [why, setWhy] = useState<Why | null>(null);
  useEffect(() => {
    let isWanted = true;
    const timer = setInterval(() => {
      void whyWaiting(url).then((found) => {
        if (isWanted) setWhy(found);
      });
    }, LOOK_MS);
    return () => {
      isWanted = false;
      clearInterval(timer);
    };
  }, [url]);
  if (why === null) return <Splash waiting />;
  const { title, message } = waitingWords(why, url, window.location.origin);
  return (
    <Splash>
      <Alert variant="warning" role="status">
        <TriangleAlertIcon aria-hidden />
        <AlertTitle>{title}</AlertTitle>
        <AlertDescription>
          <p className="verbatim">{message}</p>
        </AlertDescription>
      </Alert>
    </Splash>
  );
}
