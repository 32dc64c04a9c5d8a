import { columns } from '@twoshot/terminal';
import { displayPath } from '@twoshot/diagnostics';
import type { Graph } from './graph.js';
import { edgesOf } from './provenance.js';

/**
 * The graph as lines of text: each stage with its implementation and the sources of its inputs, in topological order.
 */
export function dagText(graph: Graph, base?: string): string {
  const rows = graph.stages.map(({ id, use, inputs }) => {
    const wired = Object.entries(inputs).flatMap(([port, edges]) => {
      const from = edgesOf(edges).map(({ stage, port: output }) => `${stage}.${output}`);
      return from.length === 0 ? [] : [`${port} <- ${from.join(', ')}`];
    });
    return [id, use, wired.join('; ')];
  });
  const outputs = graph.outputs.map(({ fileName, stage, port }) => [fileName, `<- ${stage}.${port}`]);
  return [
    `${graph.name} (${displayPath(graph.file, base)})`,
    ...columns(rows, '  '),
    ...(outputs.length > 0 ? ['outputs', ...columns(outputs, '  ')] : []),
  ].join('\n');
}

/** The graph as a Mermaid flowchart. */
export function dagMermaid(graph: Graph): string {
  const names = new Map(graph.stages.map(({ id }, index) => [id, `s${index}`]));
  const lines = ['flowchart LR'];
  for (const { id, use } of graph.stages) lines.push(`  ${names.get(id)}["${escape(id)}<br/>${escape(use)}"]`);
  for (const { id, inputs } of graph.stages) {
    for (const [port, edges] of Object.entries(inputs)) {
      for (const { stage, port: output } of edgesOf(edges)) {
        const label = output === port ? port : `${output} → ${port}`;
        lines.push(`  ${names.get(stage)} -->|"${escape(label)}"| ${names.get(id)}`);
      }
    }
  }
  for (const [index, { fileName, stage }] of graph.outputs.entries()) {
    lines.push(`  o${index}(["${escape(fileName)}"])`, `  ${names.get(stage)} --> o${index}`);
  }
  return lines.join('\n');
}

/** Mermaid reads entities in labels, with `#` for `&`. */
const escape = (text: string): string => text.replaceAll(/["#<>|]/g, (sign) => `#${sign.codePointAt(0)};`);
