/** The world the benchmarks ask about: 100,000 tuples, questions of each shape drawn with a fixed seed. */

export const BENCH_SCHEMA = `
schema bench

type user
type team {
  relation member : user | team#member
}
type folder {
  roles editor > viewer : user | team#member
}
type document {
  relation folder : folder
  relation banned : user
  roles owner > reader : user | team#member
  /// Through up to three levels of teams, or the folder.
  permission read = reader or folder.viewer
  /// Both, and not banned.
  permission edit = (reader and folder.editor) except banned
}
`;

export interface Question {
  object: string;
  relation: string;
  subject: string;
}

export type Shape = 'direct' | 'nested' | 'intersection' | 'denied' | 'wide denied' | 'mix';

const USERS = 10_000;
const TEAMS = 1_000;
const FOLDERS = 1_000;
const DOCUMENTS = 20_000;

/** A generator of integers below a bound (mulberry32). */
function randomBelow(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * bound);
  };
}

export interface World {
  tuples: string[];
  questions(shape: Shape, count: number): Question[];
}

export function makeWorld(): World {
  const tuples: string[] = [];
  const random = randomBelow(7);
  for (let user = 0; user < USERS; user++) {
    for (let i = 0; i < 2; i++) tuples.push(`team:t${(user + i * 331) % TEAMS}#member@user:u${user}`);
  }
  // Teams of ten below one, and ten of those below another: three levels.
  for (let team = 0; team < TEAMS; team++) {
    const parent = Math.floor(team / 10);
    if (parent !== team) tuples.push(`team:t${parent}#member@team:t${team}#member`);
  }
  for (let folder = 0; folder < FOLDERS; folder++) {
    tuples.push(`folder:f${folder}#editor@team:t${folder % TEAMS}#member`);
    for (let i = 0; i < 10; i++) tuples.push(`folder:f${folder}#viewer@user:u${random(USERS)}`);
  }
  for (let document = 0; document < DOCUMENTS; document++) {
    tuples.push(`document:d${document}#folder@folder:f${document % FOLDERS}`);
    tuples.push(`document:d${document}#reader@team:t${document % TEAMS}#member`);
    tuples.push(`document:d${document}#owner@user:u${document % USERS}`);
    if (document % 2 === 0) tuples.push(`document:d${document}#banned@user:u${random(USERS)}`);
  }
  return { tuples: [...new Set(tuples)], questions };
}

const MIX = ['direct', 'nested', 'intersection', 'denied'] as const;

function questions(shape: Shape, count: number): Question[] {
  const random = randomBelow(11);
  return Array.from({ length: count }, (_, i) =>
    question(shape === 'mix' ? MIX[i % MIX.length] : shape, random),
  );
}

function question(kind: Exclude<Shape, 'mix'>, random: (below: number) => number): Question {
  const document = random(DOCUMENTS);
  const object = `document:d${document}`;
  // User u is a member of team u % TEAMS, so of the readers of document u and the editors of its folder.
  const member = (document % TEAMS) + random(USERS / TEAMS) * TEAMS;
  switch (kind) {
    case 'direct':
      return { object, relation: 'owner', subject: `user:u${document % USERS}` };
    case 'nested': {
      // A member of one of the ten teams in a team of readers.
      const team = 1 + random(TEAMS / 10 - 1);
      return {
        object: `document:d${team + TEAMS * random(DOCUMENTS / TEAMS)}`,
        relation: 'read',
        subject: `user:u${team * 10 + random(10) + TEAMS * random(USERS / TEAMS)}`,
      };
    }
    case 'wide denied':
      // A stranger to a team with ten or a hundred teams in it.
      return {
        object: `document:d${random(TEAMS / 10) + TEAMS * random(DOCUMENTS / TEAMS)}`,
        relation: 'read',
        subject: `user:u${random(USERS)}`,
      };
    case 'intersection':
      return { object, relation: 'edit', subject: `user:u${member}` };
    case 'denied':
      return { object, relation: 'read', subject: `user:u${random(USERS)}` };
  }
}
