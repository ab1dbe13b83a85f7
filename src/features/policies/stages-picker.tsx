import { PathGroup, useEditing } from "./editing";
import { ValuesPicker } from "./values-picker";

/** Picks stages of the policy, in the order in which a request passes them. */
export function StagesPicker(props: {
  path: string;
  legend: string;
  hint?: string;
  value: readonly string[];
  onChange: (keys: string[]) => void;
}) {
  const { policy } = useEditing();
  const nameOf = (key: string) => policy.stages.find((stage) => stage.key === key)?.name ?? "A stage that is gone";
  return (
    <PathGroup path={props.path} legend={props.legend} {...(props.hint === undefined ? {} : { hint: props.hint })}>
      <ValuesPicker
        label={props.legend}
        ordered
        choices={policy.stages.map(({ key }) => key)}
        value={props.value}
        textOf={nameOf}
        onChange={props.onChange}
      />
    </PathGroup>
  );
}
