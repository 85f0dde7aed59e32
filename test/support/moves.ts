/** A user moved between two groups in one write, again and again, while others ask where the user is. */
import { question, type TestClient } from './client.ts';

const SCHEMA = `
type user
type team { relation member : user }
type place {
  relation left : team#member
  relation right : team#member
  relation all : user
  permission both = left and right
  permission neither = all except (left or right)
}
`;
const TEAMS = ['team:left', 'team:right'];
const USER = 'user:ada';

export async function prepare(client: TestClient): Promise<void> {
  await client.writeSchema(SCHEMA);
  await client.write([
    'place:p#left@team:left#member',
    'place:p#right@team:right#member',
    `place:p#all@${USER}`,
    `team:left#member@${USER}`,
  ]);
}

export interface Counted {
  moves: number;
  checks: number;
  /** How often the user was seen in the first and in the second team. */
  seen: [number, number];
  /** What may never be seen. */
  torn: string[];
}

/** Moves and asks for so long. */
export async function moveAndAsk(mover: TestClient, askers: TestClient[], ms: number): Promise<Counted> {
  const counted: Counted = { moves: 0, checks: 0, seen: [0, 0], torn: [] };
  const end = performance.now() + ms;
  const move = async (): Promise<void> => {
    for (let at = 0; performance.now() < end; at = 1 - at) {
      await mover.write([
        ['delete', `${TEAMS[at]}#member@${USER}`],
        ['create', `${TEAMS[1 - at]}#member@${USER}`],
      ]);
      counted.moves += 1;
    }
  };
  const batch = async (client: TestClient): Promise<void> => {
    const items = TEAMS.map((team) => question(`${team}#member@${USER}`));
    while (performance.now() < end) {
      const { results } = await client.call('PermissionService/BatchCheck', { items });
      const found = results.map(({ answer }: { answer: string }) => answer === 'ANSWER_ALLOWED');
      counted.checks += 1;
      if (found[0] === found[1]) counted.torn.push(`batch: ${JSON.stringify(results)}`);
      else counted.seen[found[0] ? 0 : 1] += 1;
    }
  };
  const single = async (client: TestClient, permission: string): Promise<void> => {
    while (performance.now() < end) {
      const answer = await client.check(`place:p#${permission}@${USER}`);
      counted.checks += 1;
      if (answer !== 'denied') counted.torn.push(`${permission}: ${answer}`);
    }
  };
  await Promise.all([
    move(),
    ...askers.flatMap((client) => [batch(client), single(client, 'both'), single(client, 'neither')]),
  ]);
  return counted;
}
